"""The mean loss on a slice of parameter space: at very many mixtures of a few parameter vectors.

What is linear in θ is done for the few and then mixed: the weights, and the pre-activations of the first layer (see
:mod:`._network_first`). Activations stand on a row of ones, so that one product with [W | b] adds the bias too. They
are held in buffers that fit into a core's cache and are filled again and again, for some mixtures at a time and, where
there are many examples, for a part of those. What processes share out are parts at some mixtures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple, TypeVar

import numpy as np

from app.activations._base import Sigmoidal
from app.core.helpers import dealt_out
from app.core.interfaces import Array
from app.losses._base import Criterion
from app.objectives._network_architecture import Architecture, Block, Node
from app.objectives._network_examples import Examples, pieces_of
from app.objectives._network_first import Filling, Mixed, Part, part_of, separated
from app.objectives._network_passes import activate
from app.objectives._network_room import ROWS, Held, Portions, Room, tiles

Piece = TypeVar("Piece")

COLUMNS = 4
"""Columns of a grid that are worth the exponentials of its rows."""
BRIEF = 1_000_000
"""Activations, over all mixtures, that are computed sooner than shared out."""


class Step(NamedTuple):
    """A node, and whether it is ``plain``."""

    node: Node
    plain: bool


class MeanOnSlice:
    """L at mixtures Σⱼ wⱼ θⱼ of points θ ``(m, d)``, in their precision; threads do not meet in it.

    Attributes:
        points: the θ.
        size: bytes of what is known at the points.
    """

    def __init__(self, net: Architecture, criterion: Criterion, examples: Examples, points: Array) -> None:
        self._net, self._criterion, self.points = net, criterion, points
        blocks = net.blocks(points)
        self._upper = [_stacked(block) for block in blocks[1 : len(net.nodes)]]
        self._nodes = [Step(node, node.plain) for node in net.nodes]
        self._sigmoidal = _sigmoidal(net)
        self._after = _after(self._sigmoidal, self._upper) if self._sigmoidal else self._upper
        self._portions = Portions.of(net, examples.count, points.itemsize)
        if net.pointwise:
            examples = examples.take(criterion.order(examples.targets))
        starts = range(0, examples.count, self._portions.examples)
        self._parts = [part_of(net, blocks, examples, start, self._portions.examples) for start in starts]
        self._count, self.size = examples.count, sum(part.first.nbytes for part in self._parts)
        self._numbers = sum(net.widths[1:]) * examples.count
        self._room = Room(net, self._portions, points.dtype)

    def is_of(self, points: Array) -> bool:
        """Whether the points are the very same, in the same precision."""
        return self.points.dtype == points.dtype and np.array_equal(self.points, points)

    def at(self, weights: Array) -> Array:
        """L at mixtures by ``weights`` ``(k, m)``: ``(k,)``."""
        pieces = pieces_of(weights, self._portions.rounds * self._portions.mixtures)
        return np.concatenate(self._shared_out(MeanOnSlice._mixed, pieces, len(weights)))

    def on_grid(self, columns: Array, rows: Array) -> Array:
        """L at θ₀ + a·θ₁ + b·θ₂ of three points, for all a in ``columns`` and b in ``rows``: ``(r, c)``."""
        if self._portions.mixtures < COLUMNS:
            return self.at(crossed(columns, rows)).reshape(len(rows), len(columns))
        across, down = tiles(len(columns), len(rows), self._portions.mixtures, ROWS)
        beside, below = np.array_split(columns, across), np.array_split(rows, down)
        pieces = [(some, these) for these in below for some in beside]
        found = iter(self._shared_out(MeanOnSlice._gridded, pieces, len(rows) * len(columns)))
        return np.concatenate([np.concatenate([next(found) for _ in beside], axis=1) for _ in below])

    def _shared_out(
        self, work: Callable[[MeanOnSlice, tuple[int, Piece]], Array], pieces: Sequence[Piece], mixtures: int
    ) -> list[Array]:
        """The sum over all parts of the examples, of every piece of the mixtures."""
        items, count = [(part, piece) for piece in pieces for part in range(len(self._parts))], len(self._parts)
        brief = mixtures * self._numbers < BRIEF
        found = [work(self, item) for item in items] if brief else dealt_out(work, self, items)
        return [np.asarray(sum(found[start : start + count])) for start in range(0, len(found), count)]

    def _mixed(self, item: tuple[int, Array]) -> Array:
        part, weights = self._parts[item[0]], item[1]
        return self._sum(part, Mixed(part, weights), self._upper, weights, self._portions.mixtures)

    def _gridded(self, item: tuple[int, tuple[Array, Array]]) -> Array:
        """``(r, c)`` of a piece of a grid, as many columns as are computed at once."""
        part, (columns, rows) = self._parts[item[0]], item[1]
        steepness = self._sigmoidal.steepness if self._sigmoidal else None
        filling = separated(part, columns, rows, steepness, self._room.of(part.shares.size))
        upper = self._after if filling.active else self._upper
        return self._sum(part, filling, upper, crossed(columns, rows), len(columns)).reshape(len(rows), len(columns))

    def _sum(self, part: Part, filling: Filling, upper: list[Array], weights: Array, group: int) -> Array:
        """What a part of the examples gives to L at mixtures ``(k, m)``, ``group`` of them at a time: ``(k,)``."""
        buffers, count = self._room.of(part.shares.size), len(weights)
        mixed = [(weights @ layer.reshape(len(layer), -1)).reshape(-1, *layer.shape[1:]) for layer in upper]
        sizes = {min(group, count), count % group or group}
        hidden = {size: [held.some(slice(size)) for held in buffers.hidden] for size in sizes}
        together = len(buffers.outputs.units) // group * group
        last = [buffers.outputs.some(slice(at, at + group)) for at in range(0, together, group)]

        def outputs(start: int, stop: int) -> Array:
            for at, held in zip(range(start, stop, group), last, strict=False):
                some = slice(at, min(at + group, stop))
                size = some.stop - at
                top = held if size == group else held.some(slice(size))
                self._rise(part, filling, some, weights, mixed, [*hidden[size], top])
            return buffers.outputs.units[: stop - start]

        pieces = [(start, min(start + together, count)) for start in range(0, max(count, 1), together)]
        return np.concatenate([self._loss(part, partial(outputs, *piece)) for piece in pieces])

    def _rise(
        self, part: Part, filling: Filling, some: slice, weights: Array, mixed: list[Array], layers: list[Held]
    ) -> None:
        """One layer after another, at some of the mixtures; ``mixed`` are the weights of all but the first."""
        (lowest, *nodes), (below, *others) = self._nodes, layers
        filling(some, below.flat)
        if not (filling.active or lowest.plain):
            _activate(lowest.node, below, part.inputs)
        for (node, plain), layer, W in zip(nodes, others, mixed, strict=True):
            np.matmul(W[some], below.stacked, layer.units)
            if part.direct is not None and node.direct:
                np.add(layer.flat, weights[some] @ part.direct, out=layer.flat)
            if not plain:
                _activate(node, layer, below)
            below = layer

    def _loss(self, part: Part, outputs: Callable[[], Array]) -> Array:
        """What a part of the examples gives to L by its outputs, which are computed again where care is needed."""
        quick = outputs()
        found: Array = self._criterion.losses(quick, part.targets, quick) @ part.shares
        finite = np.isfinite(found)
        if finite.all():
            return found
        mean = self._criterion.careful(outputs()[..., : part.used], part.targets[..., : part.used])
        return np.where(finite, found, mean * (part.used / self._count))


def _sigmoidal(net: Architecture) -> Sigmoidal | None:
    """What the first layer's activation is of σ, where the second layer sees nothing but that."""
    alone = len(net.nodes) > 1 and not (net.nodes[0].skip or net.nodes[1].skip)
    return net.nodes[0].activation.sigmoidal if alone else None


def _after(below: Sigmoidal, upper: list[Array]) -> list[Array]:
    """[W | b] of all but the first layer, where the second sees σ in place of low + height·σ."""
    W, b = upper[0][..., :-1], upper[0][..., -1:]
    return [np.concatenate([below.height * W, b + below.low * W.sum(axis=-1, keepdims=True)], axis=-1), *upper[1:]]


def crossed(columns: Array, rows: Array) -> Array:
    """Weights (1, a, b) of the three points, row by row: ``(r · c, 3)``."""
    weights = np.ones((len(rows), len(columns), 3), columns.dtype)
    weights[..., 1], weights[..., 2] = columns, rows[:, None]
    return weights.reshape(-1, 3)


def _stacked(block: Block) -> Array:
    """[W | b], b = 0 where there is none."""
    W, b = block
    return np.concatenate([W, np.zeros_like(W[..., :1]) if b is None else b[..., None]], axis=-1)


def _activate(node: Node, layer: Held, below: Held) -> None:
    """The activations in place of a layer's pre-activations."""
    pointwise = node.activation.pointwise
    z, beneath = (layer.flat, below.flat) if pointwise else (layer.units, below.units)
    a = activate(node, z, beneath)
    if a is not z:
        z[...] = a
