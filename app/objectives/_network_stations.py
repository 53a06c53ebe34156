"""Some directions side by side through some of the examples: passes of the R-operator, in buffers that are made once.

Up goes R{z} = V [a; 1] + W R{a}, down [Vᵀ | Wᵀ] [δ; R{δ}]; see :class:`.Linearisation`. Buffers are ``(directions,
units, examples)``.
"""

from __future__ import annotations

import numpy as np

from app.core.interfaces import Array
from app.core.memory import aligned
from app.objectives._network_lanes import Directions, Fixed, Piece

UNPACKED = 10**6
"""Multiplications up to which OpenBLAS multiplies matrices as they lie, which takes two thirds of the time."""
FEWEST = 8
"""Rows of a matrix below which that gains nothing."""


class Lane:
    """Room for as many directions as there are in ``directions``, and for as many examples as ``piece`` has."""

    def __init__(self, directions: Directions, piece: Piece) -> None:
        self._directions = directions
        self._stations: list[_Station] = []
        below = None
        for index in range(len(piece.nodes)):
            below = _Station(directions, piece, index, below)
            self._stations.append(below)

    def go(self, piece: Piece, first: bool) -> None:
        """Add the share of a piece to the totals; of the ``first`` one it is all there is."""
        for station, fixed in zip(self._stations, piece.nodes, strict=True):
            station.rise(fixed)
        upstream = piece.loss_product(self._stations[-1].above)
        for station, fixed in zip(reversed(self._stations), reversed(piece.nodes), strict=True):
            upstream = station.fall(fixed, upstream, first)
        if not first:
            self._directions.add()


class _Station:
    """What one node does, and the buffers that it does it in.

    Args:
        under: the node below; None at the lowest, whose inputs do not change.

    Attributes:
        above: R{a} of this node.
        upstream: where R{β} of this node is to be left; R{δ} is made of it there, unless it is added further down.
    """

    def __init__(self, directions: Directions, piece: Piece, index: int, under: _Station | None) -> None:
        node, n, V = piece.net.nodes[index], piece.examples, directions.V[index]
        count, units, width = V.shape
        below = piece.weights[index].shape[1]
        self._under = None if under is None else under.above
        self._skips, self._bends = node.skip and index > 0, index > 0 and not piece.straight
        self._z = aligned((count, units, n), piece.dtype)
        self.above: Array = self._z if node.plain else aligned(self._z.shape, piece.dtype)
        self._errors = aligned((count, units * (1 + self._bends), n), piece.dtype)
        self._delta, self._change = self._errors[:, :-units], self._errors[:, -units:]
        self.upstream = aligned(self._z.shape, piece.dtype) if self._skips else self._change
        self._seen: Fixed | None = None
        self._bent = aligned((count, units, below), piece.dtype)
        self._direct = directions.V[-1], directions.totals[-1], directions.shares[-1]
        into = directions.shares[index], directions.totals[index]
        self._bent_into = [matrices[..., :below] for matrices in into]
        parts = _parts(units, width, n)
        self._V_cut, self._z_cut, self._change_cut, self._bent_cut, *self._into_cut = (
            _cut(matrices, parts) for matrices in (V, self._z, self._change, self._bent, *into)
        )
        self._W_cut = _cut(piece.weights[index][None], parts)
        self._delta_cut = (parts, units // parts, n)
        if under is not None:
            self._below, parts = under.upstream, _parts(below, self._errors.shape[1], n)
            self._down_cut, self._below_cut = _cut(directions.down[index], parts), _cut(self._below, parts)

    def rise(self, fixed: Fixed) -> None:
        """R{z} and R{a}; then what is left of z is R{z} β s·φ″."""
        np.matmul(self._V_cut, fixed.seen, out=self._z_cut)
        if fixed.direct is not None:
            self._z += np.matmul(self._direct[0], fixed.direct[0], out=self._change)
        if self._under is not None:
            np.matmul(self._W_cut, self._under[:, None], out=self._change_cut)
            self._z += self._change
        if fixed.slope is not None:
            np.multiply(self._z, fixed.slope, out=self.above)
        if self._skips:
            self.above += self._under
        if fixed.curve is not None:
            self._z *= fixed.curve

    def fall(self, fixed: Fixed, upstream: Array, first: bool) -> Array:
        """R{δ} = R{β} s·φ′ + β s·φ″ R{z}, the products' blocks, and R{β} of the node below."""
        if fixed.slope is not None:
            np.multiply(upstream, fixed.slope, out=self._change)
        elif upstream is not self._change:
            np.copyto(self._change, upstream)
        if fixed.curve is not None:
            self._change += self._z
        np.matmul(self._change_cut, fixed.rows, out=self._into_cut[first])
        if fixed.direct is not None:
            np.matmul(self._change, fixed.direct[1], out=self._direct[1 if first else 2])
        if self._under is None:
            return upstream
        if self._bends:
            np.matmul(fixed.delta.reshape(self._delta_cut), self._under[:, None].mT, out=self._bent_cut)
            self._bent_into[first] += self._bent
            if fixed is not self._seen:
                self._delta[...] = fixed.delta
        self._seen = fixed
        np.matmul(self._down_cut, self._errors[:, None], out=self._below_cut)
        if self._skips:
            self._below += upstream
        return self._below


def _parts(rows: int, inner: int, columns: int) -> int:
    """In how many equal parts a matrix is multiplied."""
    counts = (parts for parts in range(1, rows // FEWEST + 1) if rows % parts == 0)
    return next((parts for parts in counts if rows // parts * inner * columns <= UNPACKED), 1)


def _cut(matrices: Array, parts: int) -> Array:
    """``(count, rows, columns)`` as ``(count, parts, rows / parts, columns)``, a view."""
    count, rows, columns = matrices.shape
    return matrices.reshape(count, parts, rows // parts, columns)
