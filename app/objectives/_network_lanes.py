"""What passes of the R-operator read: some of the examples at one θ, and some directions, as matrices."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from app.core.interfaces import Array
from app.core.memory import aligned
from app.objectives._network_curvature import Linearisation


class Fixed(NamedTuple):
    """What the passes read at one node, whatever the direction.

    Attributes:
        seen: what its weights and biases multiply, ``(width, n)``: activations below, and ones where it has biases.
        rows: the activations, ``(n, units below)``.
        ones: ``(n, 1)``; None where it has no biases.
        direct: what the direct block multiplies, as ``seen`` and as ``rows``; None where there is none.
        delta: δ, ``(units, n)``.
        delta_rows: the same, ``(n, units)``.
        slope: s·φ′; None stands for 1.
        curve: β s·φ″; None stands for 0.
    """

    seen: Array
    rows: Array
    ones: Array | None
    direct: tuple[Array, Array] | None
    delta: Array
    delta_rows: Array
    slope: Array | None
    curve: Array | None


class Piece:
    """What products read of some examples at one θ (see :class:`.Linearisation`), laid out for them."""

    def __init__(self, state: Linearisation) -> None:
        self.net, self.dtype, self.straight = state.net, state.dtype, state.straight
        self.examples, self.loss_product = state.examples, state.loss_product
        self.weights = [_kept(W) for W, _ in state.blocks]
        self.nodes = [self._fixed(state, index) for index in range(len(state.net.nodes))]

    def _fixed(self, state: Linearisation, index: int) -> Fixed:
        a, slope, curve = state.tape.inputs[index], state.tape.slopes[index], state.curves[index]
        seen = aligned((self.net.places[index].width, a.shape[1]), a.dtype)
        seen[: len(a)], seen[len(a) :] = a, 1
        x = state.tape.inputs[0]
        return Fixed(
            seen,
            _kept(a.T),
            _kept(np.ones((a.shape[1], 1), a.dtype)) if len(seen) > len(a) else None,
            (_kept(x), _kept(x.T)) if self.net.nodes[index].direct else None,
            _kept(state.deltas[index]),
            _kept(state.deltas[index].T),
            None if slope is None else _kept(slope),
            None if curve is None or not curve.any() else _kept(curve),
        )


def _kept(values: Array) -> Array:
    kept = aligned(values.shape, values.dtype)
    kept[...] = values
    return kept


class Directions:
    """``count`` directions as one matrix [V | v_b] for each layer, and the products with them, likewise.

    Attributes:
        V: of each layer, ``(count, units, width)``.
        down: [Vᵀ | Wᵀ] of each node, ``(count, units below, 2 · units)``; Wᵀ alone where straight.
        totals: of each layer, summed over the pieces so far.
        shares: of each layer, room for the part of one piece.
    """

    def __init__(self, piece: Piece, count: int) -> None:
        net = piece.net
        self._order, self._ranks = net.order, net.ranks
        self._flat, self._total, self._share = (aligned((count, net.dim), piece.dtype) for _ in range(3))
        self.V, self.totals, self.shares = (
            [flat[:, p.start : p.stop].reshape(count, p.shape[0], p.width) for p in net.places]
            for flat in (self._flat, self._total, self._share)
        )
        self.down: list[Array] = []
        self._moved: list[tuple[Array, Array]] = []
        for V, W in zip(self.V, piece.weights[: len(net.nodes)], strict=False):
            self._turn(V, W, 0 if piece.straight else len(W))

    def _turn(self, V: Array, W: Array, own: int) -> None:
        """The next layer's ``down``, and where ``own`` columns of V are to be moved."""
        down = aligned((len(V), W.shape[1], own + len(W)), W.dtype)
        down[..., own:] = W.T
        self.down.append(down)
        self._moved.append((down[..., :own], V[:, :own, : W.shape[1]].mT))

    def load(self, rows: Array) -> None:
        """Read ``(count, d)``."""
        rows.take(self._order, axis=1, out=self._flat, mode="clip")
        for into, V in self._moved[1:]:  # nothing goes further down than the lowest node
            into[...] = V

    def add(self) -> None:
        """Another piece's share, to the totals."""
        self._total += self._share

    def unload(self, out: Array) -> None:
        """Write the totals ``(count, d)``."""
        self._total.take(self._ranks, axis=1, out=out, mode="clip")
