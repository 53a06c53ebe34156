"""The mean loss on a slice of parameter space: at very many mixtures of a few parameter vectors.

What is linear in θ is done for the few and then mixed: the weights, and the pre-activations of the first layer (see
:mod:`._network_first`). Activations stand on a row of ones, so that one product with [W | b] adds the bias too. They
are held in buffers that fit into a core's cache and are filled again and again, for some mixtures at a time and, where
there are many examples, for a part of those: of one label, where its loss is easier found so. What processes share out
are parts at some mixtures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

import numpy as np

from app.activations._base import Sigmoidal
from app.core.helpers import dealt_out
from app.core.interfaces import Array
from app.losses._base import Criterion
from app.objectives._network_architecture import Architecture, Block
from app.objectives._network_climb import Climb, Step
from app.objectives._network_examples import Examples, pieces_of
from app.objectives._network_first import Filling, Mixed, Part, in_parts, part_of, separated
from app.objectives._network_room import ROWS, Buffers, Portions, Room, tiles

Piece = TypeVar("Piece")

COLUMNS = 4
"""Columns of a grid that are worth the exponentials of its rows."""
LAST = 2
"""Parts of the examples of which a few columns are an item, so that all who share a grid end together."""
BRIEF = 1_000_000
"""Activations, over all mixtures, that are computed sooner than shared out."""


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
        self._steps = [Step(node, node.plain) for node in net.nodes]
        self._sigmoidal = _sigmoidal(net)
        self._after = _after(self._sigmoidal, self._upper) if self._sigmoidal else self._upper
        self._portions = Portions.of(net, examples.count, points.itemsize)
        parts = in_parts(net, criterion, examples.targets, self._portions.examples, points.itemsize)
        self._parts = [part_of(net, blocks, examples, number, some) for number, some in enumerate(parts)]
        self._count, self.size = examples.count, sum(part.first.nbytes for part in self._parts)
        self._numbers = sum(net.widths[1:]) * examples.count
        self._room = Room(net, self._portions, points.dtype)

    def is_of(self, points: Array) -> bool:
        """Whether the points are the very same, in the same precision."""
        return self.points.dtype == points.dtype and np.array_equal(self.points, points)

    def at(self, weights: Array) -> Array:
        """L at mixtures by ``weights`` ``(k, m)``: ``(k,)``."""
        usual, rounds = self._usual()
        even = len(weights) // usual * usual
        pieces = [*pieces_of(weights[:even], rounds * usual), weights[even:]]
        pieces = [some for some in pieces if len(some)] or [weights]
        items = [(part, piece) for part in range(len(self._parts)) for piece in pieces]
        found = iter(self._shared_out(MeanOnSlice._mixed, items, len(weights)))
        return np.asarray(sum(np.concatenate([next(found) for _ in pieces]) for _ in self._parts))

    def on_grid(self, columns: Array, rows: Array) -> Array:
        """L at θ₀ + a·θ₁ + b·θ₂ of three points, for all a in ``columns`` and b in ``rows``: ``(r, c)``."""
        if self._usual()[0] < COLUMNS:
            return self.at(crossed(columns, rows).reshape(-1, 3)).reshape(len(rows), len(columns))
        pieces = [self._pieces(part, columns, rows) for part in range(len(self._parts))]
        items = [(part, piece) for part, lines in enumerate(pieces) for line in lines for piece in line]
        found = iter(self._shared_out(MeanOnSlice._gridded, items, len(rows) * len(columns)))
        return np.asarray(sum(_joined([[next(found) for _ in line] for line in lines]) for lines in pieces))

    def _pieces(self, part: int, columns: Array, rows: Array) -> list[list[tuple[list[Array], Array]]]:
        """A grid in pieces that lie in lines, each of some columns after others; of the last parts in more of these."""
        usual = self._portions.mixtures(self._parts[part].shares.size)
        across, down = tiles(len(columns), len(rows), usual, ROWS)
        beside, below = np.array_split(columns, across), np.array_split(rows, down)
        bundles = [beside] if part < len(self._parts) - LAST else [[some] for some in beside]
        return [[(some, these) for some in bundles] for these in below]

    def _usual(self) -> tuple[int, int]:
        """Mixtures that are computed at once, and rounds of them, at any part."""
        return self._portions.mixtures(self._portions.examples), self._portions.rounds(self._portions.examples)

    def _shared_out(
        self, work: Callable[[MeanOnSlice, tuple[int, Piece]], Array], items: Sequence[tuple[int, Piece]], mixtures: int
    ) -> list[Array]:
        """What every item, some of the mixtures on a part of the examples, gives to L."""
        brief = mixtures * self._numbers < BRIEF
        return [work(self, item) for item in items] if brief else dealt_out(work, self, items)

    def _mixed(self, item: tuple[int, Array]) -> Array:
        """``(k,)`` at k mixtures: several times as many as are computed at once, or fewer than these."""
        part, weights = self._parts[item[0]], item[1]
        groups = weights.reshape(-1, max(1, min(self._usual()[0], len(weights))), len(self.points))
        return self._sum(part, Mixed(part, groups), self._upper, groups)

    def _gridded(self, item: tuple[int, tuple[list[Array], Array]]) -> Array:
        """``(r, c)`` of some rows of a grid, some columns after others."""
        part, (beside, rows) = self._parts[item[0]], item[1]
        return np.concatenate([self._tile(part, columns, rows) for columns in beside], axis=1)

    def _tile(self, part: Part, columns: Array, rows: Array) -> Array:
        """``(r, c)`` of as many columns as are computed at once."""
        steepness = self._sigmoidal.steepness if self._sigmoidal else None
        filling = separated(part, columns, rows, steepness, self._buffers(part))
        upper = self._after if filling.active else self._upper
        return self._sum(part, filling, upper, crossed(columns, rows)).reshape(len(rows), len(columns))

    def _sum(self, part: Part, filling: Filling, upper: list[Array], groups: Array) -> Array:
        """What a part of the examples gives to L at mixtures ``(groups, size, m)``, a group at a time: ``(k,)``."""
        buffers, (count, size, points) = self._buffers(part), groups.shape
        weights, room = groups.reshape(-1, points), buffers.outputs.units
        upper = [*upper[:-1], *map(part.criterion.read, upper[-1:])]
        mixed = [(weights @ layer.reshape(points, -1)).reshape(count, size, *layer.shape[1:]) for layer in upper]
        if part.criterion is not self._criterion and not np.isfinite(mixed[-1]).all():
            np.copyto(mixed[-1], np.nan, where=np.isinf(mixed[-1]))  # margins of −∞ would be harmless
        ways, climb = buffers.ways(size), Climb(self._steps, part, filling, groups, mixed)

        def outputs(start: int, stop: int) -> Array:
            for at, way in zip(range(start, stop), ways, strict=False):
                climb.rise(at, way)
            return room[: (stop - start) * size]

        rounds = [(start, min(start + len(ways), count)) for start in range(0, max(count, 1), len(ways))]
        return np.concatenate([self._loss(part, partial(outputs, *some)) for some in rounds])

    def _buffers(self, part: Part) -> Buffers:
        return self._room.of(part.shares.size, part.criterion.outputs)

    def _loss(self, part: Part, outputs: Callable[[], Array]) -> Array:
        """What a part of the examples gives to L by its outputs, which are computed again where care is needed."""
        quick = outputs()
        found: Array = part.criterion.losses(quick, part.targets, quick) @ part.shares
        finite = np.isfinite(found)
        if finite.all():
            return found
        mean = part.criterion.careful(outputs()[..., : part.used], part.targets[..., : part.used])
        return np.where(finite, found, mean * (part.used / self._count))


def _joined(lines: list[list[Array]]) -> Array:
    return np.concatenate([np.concatenate(line, axis=1) for line in lines])


def _sigmoidal(net: Architecture) -> Sigmoidal | None:
    """What the first layer's activation is of σ, where the second layer sees nothing but that."""
    alone = len(net.nodes) > 1 and not (net.nodes[0].skip or net.nodes[1].skip)
    return net.nodes[0].activation.sigmoidal if alone else None


def _after(below: Sigmoidal, upper: list[Array]) -> list[Array]:
    """[W | b] of all but the first layer, where the second sees σ in place of low + height·σ."""
    W, b = upper[0][..., :-1], upper[0][..., -1:]
    return [np.concatenate([below.height * W, b + below.low * W.sum(axis=-1, keepdims=True)], axis=-1), *upper[1:]]


def crossed(columns: Array, rows: Array) -> Array:
    """Weights (1, a, b) of the three points: ``(r, c, 3)``."""
    weights = np.ones((len(rows), len(columns), 3), columns.dtype)
    weights[..., 1], weights[..., 2] = columns, rows[:, None]
    return weights


def _stacked(block: Block) -> Array:
    """[W | b], b = 0 where there is none."""
    W, b = block
    return np.concatenate([W, np.zeros_like(W[..., :1]) if b is None else b[..., None]], axis=-1)
