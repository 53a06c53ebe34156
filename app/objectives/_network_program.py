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
from app.objectives._network_piece import Left, Seen, pieces_of

SMALL_PRODUCT = 1_000_000
"""Multiplications of a product that are few."""
STEP = 16
"""Pieces hold a multiple of that many examples, so that every row of either precision begins a cache line."""
FEWEST = 128
"""Examples of a piece that are still worth the calls for it."""
UNIT, SHARED = 45, 7_000_000
"""Parameters that take as long as one unit's activation, and parameters × examples × bytes of a number from which on
there is an even number of pieces, for two processes: these take about 70 µs."""


def slices(net: Architecture, count: int, dtype: np.dtype[Any]) -> list[slice]:
    """``count`` examples in equal pieces, so that no layer's product is large, unless there would be too many of them.

    They are even in number where two processes are to have as many.
    """
    most = SMALL_PRODUCT // max(place.stop - place.start for place in net.places) // STEP * STEP
    number = -(-count // most) if most >= FEWEST and net.pointwise else 1
    number += number % 2 if repays_sharing(net, count, dtype) else 0
    if number == 1:
        return [slice(0, count)]
    size = -(-count // (number * STEP)) * STEP
    return [slice(start, min(start + size, count)) for start in range(0, count, size)]


def repays_sharing(net: Architecture, count: int, dtype: np.dtype[Any]) -> bool:
    """Whether the passes over so many examples take several times as long as it takes to hand half of them over."""
    numbers = net.dim + UNIT * sum(net.widths[1:])
    return net.pointwise and count >= 2 * FEWEST and numbers * count * dtype.itemsize >= SHARED


class Program:
    """The calls of both passes of a network over ``count`` examples with ``targets`` rows of targets, in one precision.

    Attributes:
        place: gradient, lengths, squares, theta and parts, side by side as ``laid``.
        theta, gradient: of the mean loss, ``(d,)`` in the order of :attr:`.Architecture.order`.
        lengths: room for ‖∇L‖² of each layer, see :meth:`lengthwise`.
        squares: ‖δ‖² of each layer.
        parts: of each piece as :meth:`.Criterion.calls` leave them.
        pieces: which examples those are that go together.
        feed: the examples, as ``fed`` lays them.
        seen: of each piece its examples there.
        calls: from theta and what is seen to gradient and parts.
        watched: of each piece, to squares besides; each but the first adds to what those before it left.
    """

    def __init__(self, net: Architecture, criterion: Criterion, count: int, targets: int, dtype: np.dtype[Any]) -> None:
        self._net, self.pieces = net, slices(net, count, dtype)
        sizes = [some.stop - some.start for some in self.pieces]
        self.laid = Layout(dtype, (net.dim,), *[(len(net.layers),)] * 2, (net.dim,), *map(criterion.parts, sizes))
        self.place = aligned(self.laid.size(), dtype)
        self.gradient, self.lengths, self.squares, self.theta, *self.parts = self.laid.views(self.place)
        self.fed = Layout(dtype, *(shape for size in sizes for shape in Seen.shapes(net, size, targets)))
        self.feed = aligned(self.fed.size(), dtype)
        self.seen = self.shown(self.feed)
        whole = self.gradient, self.squares
        share = alike(self.gradient), alike(self.squares)
        left = [Left(*(share if number else whole), parts) for number, parts in enumerate(self.parts)]
        self.calls, self.watched = list[Call](), list[list[Call]]()
        for number, piece in enumerate(pieces_of(net, self.theta, self.seen, left)):
            gradients, squares = self.added(left[number]) if number else ([], [])
            calls = piece.calls(criterion, count) + gradients
            self.calls += calls
            self.watched.append(calls + piece.norms() + squares)

    def shown(self, feeds: Array) -> list[Seen]:
        """The examples of each piece in feeds ``(…, size)``."""
        arrays = self.fed.views(feeds)
        return [Seen(*arrays[at : at + 3]) for at in range(0, len(arrays), 3)]

    def added(self, share: Left) -> tuple[list[Call], list[Call]]:
        """What adds another piece's share of the gradient, and of the squares."""
        return _sum(self.gradient, share.gradient), _sum(self.squares, share.squares)

    def lengthwise(self) -> list[Call]:
        """From gradient to lengths."""
        parts = [self.gradient[layer.start : layer.stop] for layer in self._net.layers]
        return [(part.dot, (part, self.lengths[k : k + 1].reshape(()))) for k, part in enumerate(parts)]


def _sum(total: Array, share: Array) -> list[Call]:
    return [(np.add, (total, share, total))]
