"""A forward and a backward pass written down as a list of calls on buffers that are made once.

On a small network most of a pass is the making of views and temporaries. Here it is to call what a list holds. Each
layer's parameters lie as rows [W | b] (see :attr:`.Architecture.order`) and below all activations but the last lies a
row of ones, so that one product gives Wa + b and one the gradient of both.

Many examples are passed piece by piece: smaller products are faster, for a BLAS need not pack their factors (OpenBLAS
does not up to :data:`SMALL_PRODUCT` multiplications), and what one layer writes is still in the cache when the next
one reads it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from app.core.calls import Call
from app.core.interfaces import Array
from app.core.memory import Layout, aligned, alike
from app.losses._base import Criterion
from app.objectives._network_architecture import Architecture
from app.objectives._network_piece import Piece, Seen, stations

SMALL_PRODUCT = 1_000_000
"""Multiplications of a product that are few."""
STEP = 16
"""Pieces hold a multiple of that many examples, so that every row of either precision begins a cache line."""
FEWEST = 128
"""Examples of a piece that are still worth the calls for it."""


def slices(net: Architecture, count: int) -> list[slice]:
    """``count`` examples in equal pieces, so that no layer's product is large; in one where there would be too many."""
    most = SMALL_PRODUCT // max(place.stop - place.start for place in net.places) // STEP * STEP
    if count <= most or most < FEWEST or not net.pointwise:
        return [slice(0, count)]
    each = -(-count // (-(-count // most)))
    size = -(-each // STEP) * STEP
    return [slice(start, min(start + size, count)) for start in range(0, count, size)]


class Program:
    """The calls of both passes of a network over ``count`` examples with ``targets`` rows of targets, in one precision.

    Attributes:
        place: gradient, lengths, squares, theta and parts, side by side as ``laid``.
        theta, gradient: of the mean loss, ``(d,)`` in the order of :attr:`.Architecture.order`.
        lengths: room for ‖∇L‖² of each layer, see :meth:`lengthwise`.
        squares: ‖δ‖² of each layer.
        parts: of each piece as :meth:`.Criterion.calls` leave them.
        pieces: which examples those are that go together.
        seen: of each piece its examples.
        calls: from theta and what is seen to gradient and parts.
        watched: to squares besides.
    """

    def __init__(self, net: Architecture, criterion: Criterion, count: int, targets: int, dtype: np.dtype[Any]) -> None:
        self._net, self.pieces = net, slices(net, count)
        sizes = [some.stop - some.start for some in self.pieces]
        self.laid = Layout(dtype, (net.dim,), *[(len(net.layers),)] * 2, (net.dim,), *map(criterion.parts, sizes))
        self.place = aligned(self.laid.size(), dtype)
        self.gradient, self.lengths, self.squares, self.theta, *self.parts = self.laid.views(self.place)
        self.seen = [Seen.of(net, size, targets, dtype) for size in sizes]
        rooms = {size: stations(net, size, dtype) for size in set(sizes)}
        gradients = [self.gradient] + [alike(self.gradient)] * (len(sizes) - 1)
        squares = [self.squares] + [alike(self.squares)] * (len(sizes) - 1)
        self.calls, self.watched = list[Call](), list[Call]()
        for seen, parts, *found in zip(self.seen, self.parts, gradients, squares, strict=True):
            piece = Piece(net, self.theta, found[0], seen, rooms[seen.examples])
            calls = piece.calls(criterion, parts, count) + _added(found[0], self.gradient)
            self.calls += calls
            self.watched += calls + piece.norms(found[1]) + _added(found[1], self.squares)

    def lengthwise(self) -> list[Call]:
        """From gradient to lengths."""
        parts = [self.gradient[layer.start : layer.stop] for layer in self._net.layers]
        return [(part.dot, (part, self.lengths[k : k + 1].reshape(()))) for k, part in enumerate(parts)]


def _added(share: Array, total: Array) -> list[Call]:
    return [] if share is total else [(np.add, (total, share, total))]
