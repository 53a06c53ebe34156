"""Buffers of a core's cache in which one layer after another is computed at many parameter vectors at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import pairwise
from math import ceil
from typing import Any, NamedTuple

import numpy as np

from app.core.interfaces import Array
from app.core.memory import LINE, aligned, aligned_rows
from app.objectives._network_architecture import Architecture

BUFFER_BYTES = 1 << 18
"""Size of one layer's activations; those of two layers, the outputs and what the first layer is made of are in use."""

TOGETHER = 8
"""Mixtures that are to share one reading of what is known of the examples."""

FEWEST = 64
"""Examples that are to share one reading of the weights."""

ROUNDS = 16
"""Times that the buffers are filled, at most, before the outputs are compared with the targets."""

KEPT = 4
"""Sizes of parts of which buffers are kept, one or two megabytes each."""

ROWS = 48
"""Rows of a grid that share the exponentials of its columns, at most."""


def evenly(count: int, most: int) -> int:
    """Size of equal pieces of ``count``, none over ``most``."""
    return ceil(count / max(1, ceil(count / most)))


def tiles(columns: int, rows: int, wide: int, high: int) -> tuple[int, int]:
    """In how many parts columns and rows are cut for tiles about ``wide``, at most half as much again, and ``high``.

    There is an even number of tiles, so that two who share them end together.
    """
    across, down = max(1, round(columns / wide)), max(1, ceil(rows / high))
    odd = across * down % 2
    across, down = (across + odd, down) if across > 1 else (across, down + odd)
    return max(1, min(across, columns)), max(1, min(down, rows))


class Portions(NamedTuple):
    """How much is done at once: neither a layer's activations nor the weights outgrow a buffer, nor the outputs two.

    Attributes:
        examples: of a part, at most.
        example, outputs, mixture: bytes of an example's widest layer, of its outputs and of the weights.
        buffer: bytes.
    """

    examples: int
    example: int
    outputs: int
    mixture: int
    buffer: int

    @classmethod
    def of(cls, net: Architecture, examples: int, itemsize: int) -> Portions:
        """For parts of so many examples of the network."""
        example, mixture = itemsize * max(net.widths[1:]), itemsize * net.dim
        sharing, size = max(1, min(TOGETHER, BUFFER_BYTES // mixture)), examples
        if net.pointwise:
            size = lines(evenly(examples, max(FEWEST, BUFFER_BYTES // (example * sharing))), itemsize)
        return cls(size, example, itemsize * net.outputs, mixture, BUFFER_BYTES)

    def mixtures(self, examples: int) -> int:
        """At a part of so many examples."""
        return max(1, self.buffer // max(self.example * examples, self.mixture))

    def rounds(self, examples: int) -> int:
        """How often these before the loss is taken."""
        return max(1, min(ROUNDS, 2 * self.buffer // (self.outputs * examples * self.mixtures(examples))))


def lines(count: int, itemsize: int) -> int:
    """``count`` numbers, and as many more as fill their last cache line."""
    return -(-count * itemsize // LINE) * LINE // itemsize


def whole_lines(count: int, itemsize: int) -> int:
    """As many of ``count`` examples as fill cache lines; none where those would be few."""
    whole = count - count % lines(1, itemsize)
    return whole if whole >= FEWEST else 0


class Held(NamedTuple):
    """One layer's activations: ``units`` and ``flat`` are views of ``stacked``.

    Attributes:
        stacked: the units above a row of ones, ``(mixtures, units + 1, examples)``: [W | b] is multiplied by it.
        units: ``(mixtures, units, examples)``.
        flat: ``(mixtures, units · examples)``: what an elementwise function sweeps, one row after another.
    """

    stacked: Array
    units: Array
    flat: Array

    @classmethod
    def of(cls, mixtures: int, units: int, examples: int, dtype: np.dtype[np.generic]) -> Held:
        """Room for some mixtures, filled with ones."""
        rows = aligned_rows(mixtures, (units + 1) * examples, dtype)
        rows[...] = 1
        stacked = rows.reshape(mixtures, units + 1, examples)
        return cls(stacked, stacked[:, :-1], rows[:, : units * examples])

    @classmethod
    def without_ones(cls, units: Array) -> Held:
        """Units alone, ``(mixtures, units, examples)``, on which nothing stands."""
        return cls(units, units, units.reshape(len(units), -1))

    def some(self, some: slice) -> Held:
        """Of some mixtures."""
        return Held(self.stacked[some], self.units[some], self.flat[some])


class Way(NamedTuple):
    """Layers of one group of mixtures: the ``first``, and each but the last with the one above it."""

    first: Held
    above: list[tuple[Held, Held]]


class Rows:
    """What the first layer is made of in each of some rows of a grid, kept for the columns that come next."""

    def __init__(self, room: Array) -> None:
        self._room = room
        self._known: tuple[Any, ...] = ()

    def of(self, count: int, known: tuple[Any, ...], fill: Callable[[Array], None]) -> Array:
        """``(count, units · examples)``, filled unless they are by what is ``known`` of them."""
        rows = self._room[:count]
        if known != self._known:
            self._known = ()
            fill(rows)
            self._known = known
        return rows


class Buffers(NamedTuple):
    """What is filled again and again for parts of one size.

    Attributes:
        hidden: of each hidden layer; layers in turn share two of a shape.
        outputs: of ``rounds`` times as many mixtures.
        across: what the first layer is made of in each of some columns of a grid, ``(mixtures, units · examples)``.
        down: likewise in each of up to ``ROWS`` rows.
        known: the ways that were asked for.
    """

    hidden: list[Held]
    outputs: Held
    across: Array
    down: Rows
    known: dict[int, list[Way]]

    def ways(self, size: int) -> list[Way]:
        """Through the same hidden layers, each to outputs of its own, for groups of ``size`` mixtures."""
        if size not in self.known:
            hidden, last = [held.some(slice(size)) for held in self.hidden], len(self.outputs.units) - size + 1
            tops = [self.outputs.some(slice(at, at + size)) for at in range(0, last, size)]
            layers = [[*hidden, top] for top in tops]
            self.known[size] = [Way(some[0], list(pairwise(some))) for some in layers]
        return self.known[size]


class Room(threading.local):
    """Buffers of each thread its own."""

    def __init__(self, net: Architecture, portions: Portions, dtype: np.dtype[np.generic]) -> None:
        self._net, self._portions, self._dtype = net, portions, dtype
        self._made: dict[tuple[int, int], Buffers] = {}

    def __reduce__(self) -> tuple[Callable[..., Room], tuple[Any, ...]]:
        """Buffers do not travel."""
        return Room, (self._net, self._portions, self._dtype)

    def of(self, examples: int, outputs: int) -> Buffers:
        """For parts of so many examples, of whose outputs so many are made."""
        found = self._made.get((examples, outputs))
        if found is None:
            while len(self._made) >= KEPT:
                del self._made[next(iter(self._made))]
            found = self._made[examples, outputs] = self._make(examples, outputs)
        return found

    def _make(self, examples: int, outputs: int) -> Buffers:
        hidden, usual = self._net.widths[1:-1], self._portions.mixtures(examples)
        mixtures, rounds = usual + usual // 2, self._portions.rounds(examples)
        held: dict[tuple[int, int], Held] = {}
        for turn, units in enumerate(hidden):
            if (turn % 2, units) not in held:
                held[turn % 2, units] = Held.of(mixtures, units, examples, self._dtype)
        first = self._net.widths[1] * examples
        return Buffers(
            [held[turn % 2, units] for turn, units in enumerate(hidden)],
            Held.without_ones(aligned((max(rounds * usual, mixtures), outputs, examples), self._dtype)),
            aligned_rows(mixtures, first, self._dtype),
            Rows(aligned_rows(ROWS, first, self._dtype)),
            {},
        )
