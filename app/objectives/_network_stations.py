"""Some directions side by side through some of the examples: passes of the R-operator, as calls on buffers that stay.

Up goes R{z} = V [a; 1] + W R{a}, down [Vᵀ | Wᵀ] [δ; R{δ}]; see :class:`.Linearisation`. Buffers are ``(directions,
units, examples)``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

import numpy as np

from app.core.calls import BRIEF, UNPACKED, Call, carry_out
from app.core.interfaces import Array
from app.core.memory import Layout, Room
from app.objectives._network_lanes import Directions, Piece

FEWEST = 8
"""Rows of a matrix below which it gains nothing to multiply them apart."""


class Deck:
    """Room for ``count`` directions side by side, and a lane for each piece that passes, all in the same memory."""

    def __init__(self, piece: Piece, count: int) -> None:
        self._directions, self._memory = Directions(piece, count), Room(sys.maxsize)
        self._lanes: dict[Piece, Lane] = {}
        self._last: Piece | None = None

    def load(self, rows: Array) -> None:
        """Read directions ``(count, d)``."""
        self._directions.load(rows)

    def go(self, pieces: Sequence[Piece], out: Array) -> None:
        """Write what some pieces, the largest one first, give to the products ``(count, d)``."""
        for number, piece in enumerate(pieces):
            if piece not in self._lanes:
                self._lanes[piece] = Lane(self._directions, piece, self._memory)
            self._lanes[piece].go(first=number == 0, again=piece is self._last)
            self._last = piece
        self._directions.unload(out)


class Lane:
    """The passes through one piece."""

    def __init__(self, directions: Directions, piece: Piece, memory: Room) -> None:
        stations = list(_stations(directions, piece, memory))
        up = [call for station in stations for call in station.rise()]
        up.append((piece.loss_product, (stations[-1].above, stations[-1].upstream)))
        falls = [[call for station in reversed(stations) for call in station.fall(first)] for first in (False, True)]
        self._first, self._later = up + falls[True], [*up, *falls[False], (directions.add, ())]
        self._fresh = [call for station in stations for call in station.arrive()]

    def go(self, *, first: bool, again: bool) -> None:
        """Add the share of the piece to the totals; of the ``first`` one it is all there is.

        Args:
            first: what was there before is not read.
            again: nothing else has passed in this memory since it last did.
        """
        if not again:
            carry_out(self._fresh)
        carry_out(self._first if first else self._later)


def _stations(directions: Directions, piece: Piece, memory: Room) -> Iterator[_Station]:
    """One above the other, in the same memory as those of any other piece."""
    shapes = [_shapes(directions, piece, index) for index in range(len(piece.nodes))]
    layout = Layout(piece.dtype, *(shape for some in shapes for shape in some))
    views = iter(layout.views(memory.array((layout.size(),), piece.dtype)))
    under = None
    for index, some in enumerate(shapes):
        under = _Station(directions, piece, index, under, [next(views) for _ in some])
        yield under


def _shapes(directions: Directions, piece: Piece, index: int) -> list[tuple[int, ...]]:
    """Of what one station writes: R{z}; δ, where it is needed, and R{δ}; what is added below; R{β}, if apart."""
    (count, units, _), n = directions.V[index].shape, piece.examples
    bends, skips = index > 0 and not piece.straight, index > 0 and piece.net.nodes[index].skip
    shapes = [(count, units, n), (count, units * (1 + bends), n), (count, units, piece.weights[index].shape[1])]
    return shapes + [(count, units, n)] * skips


class _Station:
    """What one node does, and the buffers that it does it in.

    Args:
        under: the node below; None at the lowest, whose inputs do not change.
        buffers: see :func:`_shapes`.

    Attributes:
        above: R{a} of this node, until R{β} is known.
        upstream: where R{β} of this node is to be left; R{δ} is made of it there, unless it is added further down.
    """

    def __init__(
        self, directions: Directions, piece: Piece, index: int, under: _Station | None, buffers: list[Array]
    ) -> None:
        self._directions, self._index, self._fixed, self._under = directions, index, piece.nodes[index], under
        self._W, self._z, self._errors, self._bent = piece.weights[index], *buffers[:3]
        units = self._z.shape[1]
        self._delta, self._change = self._errors[:, :-units], self._errors[:, -units:]
        self._skips = len(buffers) > 3
        self.above: Array = self._z if piece.net.nodes[index].plain else self._change
        self.upstream = buffers[3] if self._skips else self._change

    def arrive(self) -> list[Call]:
        """δ beside R{δ}."""
        return [(np.copyto, (self._delta, self._fixed.delta))] if self._delta.size else []

    def rise(self) -> list[Call]:
        """R{z} and R{a}; then what is left of z is R{z} β s·φ″."""
        fixed, z, change = self._fixed, self._z, self._change
        calls = _multiplied(self._directions.V[self._index], fixed.seen, z)
        if fixed.direct is not None:
            calls += [(np.matmul, (self._directions.V[-1], fixed.direct[0], change)), (np.add, (z, change, z))]
        if self._under is not None:
            calls += [*_multiplied(self._W, self._under.above, change), (np.add, (z, change, z))]
        if fixed.slope is not None:
            calls.append((np.multiply, (z, fixed.slope, self.above)))
        if self._skips and self._under is not None:
            calls.append((np.add, (self.above, self._under.above, self.above)))
        return calls if fixed.curve is None else [*calls, (np.multiply, (z, fixed.curve, z))]

    def fall(self, first: bool) -> list[Call]:
        """R{δ} = R{β} s·φ′ + β s·φ″ R{z}, the products' blocks, and R{β} of the node below."""
        fixed, change, calls = self._fixed, self._change, list[Call]()
        if fixed.slope is not None:
            calls.append((np.multiply, (self.upstream, fixed.slope, change)))
        elif self._skips:
            calls.append((np.copyto, (change, self.upstream)))
        if fixed.curve is not None:
            calls.append((np.add, (change, self._z, change)))
        return calls + self._gathered(first) + (self._descended() if self._under else [])

    def _gathered(self, first: bool) -> list[Call]:
        """R{δ} aᵀ + δ R{a}ᵀ, and sums of R{δ}, for what weighs on this node."""
        fixed, change = self._fixed, self._change
        totals = self._directions.totals if first else self._directions.shares
        into, below = totals[self._index], self._bent.shape[-1]
        weights = into[..., :below]
        calls = _multiplied(change, fixed.rows, weights)
        if fixed.ones is not None:
            calls.append((np.matmul, (change, fixed.ones, into[..., below:])))
        if fixed.direct is not None:
            calls.append((np.matmul, (change, fixed.direct[1], totals[-1])))
        if self._delta.size and self._under is not None:
            calls += self._bending(self._under.above, weights)
        return calls

    def _bending(self, below: Array, weights: Array) -> list[Call]:
        """δ R{a}ᵀ, or the transpose of R{a} δᵀ where that is quicker."""
        count, units, width = self._bent.shape
        if units * width <= BRIEF and units * width * below.shape[-1] <= UNPACKED:
            bent, calls = self._bent, _multiplied(self._fixed.delta, below.mT, self._bent)
        else:
            turned = self._bent.reshape(count, width, units)
            bent, calls = turned.mT, _multiplied(below, self._fixed.delta_rows, turned)
        return [*calls, (np.add, (weights, bent, weights))]

    def _descended(self) -> list[Call]:
        assert self._under is not None
        below = self._under.upstream
        calls = _multiplied(self._directions.down[self._index], self._errors, below)
        return [*calls, (np.add, (below, self.upstream, below))] if self._skips else calls


def _multiplied(left: Array, right: Array, out: Array) -> list[Call]:
    """A product of matrices ``(…, rows, inner)`` and ``(…, inner, columns)``, in parts of the rows if quicker."""
    rows, inner = left.shape[-2:]
    parts = _parts(rows, inner, right.shape[-1])
    right = right if right.ndim == 2 else right[:, None]
    return [(np.matmul, (_cut(left, parts), right, _cut(out, parts)))]


def _parts(rows: int, inner: int, columns: int) -> int:
    """In how many equal parts a matrix is multiplied."""
    counts = (parts for parts in range(1, rows // FEWEST + 1) if rows % parts == 0)
    return next((parts for parts in counts if rows // parts * inner * columns <= UNPACKED), 1)


def _cut(matrices: Array, parts: int) -> Array:
    """``(…, rows, columns)`` as ``(…, parts, rows / parts, columns)``, a view."""
    *lead, rows, columns = matrices.shape
    return matrices.reshape(*lead, parts, rows // parts, columns)
