"""The forward and backward pass at one θ after another, by the calls of a :mod:`._network_program`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple

import numpy as np

from app.core.calls import Call, carry_out
from app.core.interfaces import Array
from app.core.memory import Latest, Room, aligned, alike
from app.losses._base import Criterion
from app.objectives._network_architecture import Architecture
from app.objectives._network_examples import Examples, pieces_of
from app.objectives._network_piece import Seen
from app.objectives._network_program import Program, repays_sharing
from app.objectives._network_shares import Together

MOST_KEPT = 4
MOST_BYTES = 1 << 24
"""Activations of a descent that is kept for the next use."""
FEED_BYTES = 1 << 18
"""Size of the examples of several places that are gathered at once: a buffer of a core's cache."""


class Descents:
    """A :class:`Descent` for each number of examples and precision; each thread has its own."""

    def __init__(self, net: Architecture, criterion: Criterion) -> None:
        self._net, self._criterion = net, criterion
        self._latest = Latest[tuple[int, np.dtype[Any]], Descent](MOST_KEPT)

    def keeps(self, count: int, dtype: np.dtype[Any]) -> bool:
        """Whether one for so many examples is small enough to be kept."""
        units = 2 * self._net.inputs + 3 * sum(self._net.widths[1:])
        return bool(units * count * dtype.itemsize <= MOST_BYTES)

    def of(self, examples: Examples, count: int | None = None) -> Descent:
        """One for ``count`` (None: all) examples like these, wherever it looks; the latest few are kept."""
        key = count or examples.count, examples.inputs.dtype
        found = self._latest.take(key) or Descent(self._net, self._criterion, examples, key[0])
        if self.keeps(*key):
            self._latest.keep(key, found)
        return found


class _Tables(NamedTuple):
    """Examples and their targets as a :class:`.Program` is shown them."""

    rows: Array
    targets: Array


class Descent:
    """∇L and δ of each node at ``theta``, on ``count`` examples.

    Attributes:
        theta: where to look, ``(d,)`` in the order of :attr:`.Architecture.order`; write to it, or :meth:`go`.
        gradient: ∇L there, in the same order.
        feed: the examples that it looks at; write to it what :meth:`feeds` gives.
        squares: ‖δ‖² of each layer, where they were asked for.
        place, laid: these and what L is made of, as they lie side by side, and how, see :class:`.Program`.
    """

    def __init__(self, net: Architecture, criterion: Criterion, examples: Examples, count: int) -> None:
        self._criterion, self._count, self._ones = criterion, count, int(net.biases)
        targets = criterion.encode_slope(examples.targets[..., :1], examples.inputs.dtype, count)
        self._program = program = Program(net, criterion, count, len(targets), targets.dtype)
        self.theta, self.gradient = program.theta, program.gradient
        self.squares, self.place, self.laid = program.squares, program.place, program.laid
        self._together = Together(net, criterion, count, program)
        self._shared = repays_sharing(net, count, targets.dtype)
        self._room, self.feed = Room(MOST_BYTES), program.feed
        self._order, self._back, self._places = net.order, net.ranks, net.places
        self._seen: Examples | None = None
        self._stock: tuple[Examples, _Tables] | None = None
        self._gathered: tuple[Array, list[Seen]] | None = None

    def see(self, examples: Examples) -> None:
        """Look at these examples from now on."""
        if examples is not self._seen:
            rows, targets = self._tables(examples)
            for some, seen in zip(self._program.pieces, self._program.seen, strict=True):
                seen.show(rows[some], targets[:, some])
            self._seen = examples
            self._together.forget()

    def feeds(self, examples: Examples, indices: Array) -> Iterator[Array]:
        """Some of these examples after others, ``(places, count)``: each is there until the next is asked for."""
        if self._stock is None or examples is not self._stock[0]:
            self._stock = examples, self._tables(examples)
        if self._gathered is None:
            feeds = aligned((max(1, FEED_BYTES // self.feed.nbytes), self.feed.size), self.feed.dtype)
            self._gathered = feeds, self._program.shown(feeds)
        tables, (feeds, shown), self._seen = self._stock[1], self._gathered, None
        for some in pieces_of(indices, len(feeds)):
            self._gather(tables, some, shown)
            yield from feeds[: len(some)]

    def _gather(self, tables: _Tables, indices: Array, shown: list[Seen]) -> None:
        """Those of k places."""
        rows, targets = tables.rows.take(indices, 0, None, "clip"), tables.targets.take(indices, 1, None, "clip")
        targets, count = targets.swapaxes(0, 1), len(indices)
        for some, seen in zip(self._program.pieces, shown, strict=True):
            seen.show(rows[:, some], targets[..., some], slice(count))

    def _tables(self, examples: Examples) -> _Tables:
        dtype = examples.inputs.dtype
        features = len(examples.inputs)
        rows = np.ones((examples.count, features + self._ones), dtype)
        rows[:, :features] = examples.inputs.T
        return _Tables(rows, self._criterion.encode_slope(examples.targets, dtype, self._count))

    def room(self, places: int, first: int) -> Array:
        """For what is found at many places, without its first few arrays: there until it is asked for again."""
        return self._room.array((places, self.laid.size(first)), self.laid.dtype)

    def go(self, theta: Array) -> None:
        """Be at a flat ``theta`` ``(d,)``."""
        theta.take(self._order, out=self.theta, mode="clip")

    def inward(self, flat: Array) -> Array:
        """Flat vectors ``(…, d)`` in the order of ``theta``."""
        return flat.take(self._order, -1, alike(flat), "clip")

    def flat(self, inner: Array, start: int = 0) -> Array:
        """Vectors ``(…, start:start + d)`` in the order of ``theta``, flat."""
        return inner.take(self._back + start, axis=-1)

    def double(self, inner: Array, start: int) -> Array:
        """The same of vectors ``(k, start:start + d)`` in double precision, in one sweep."""
        found = np.empty((len(inner), self._back.size))
        for place in self._places:
            rows = inner[:, start + place.start : start + place.stop].reshape(len(inner), place.shape[0], -1)
            for columns, some in place.parts:
                found[:, some].reshape(len(inner), place.shape[0], -1)[...] = rows[..., columns]
        return found

    def calls(self, norms: bool) -> list[Call]:
        """Both passes; ‖δ‖² too where ``norms`` are asked for."""
        if norms:
            return [(self._together.go, ())] if self._shared else self._together.whole
        return self._program.calls

    def helped(self) -> AbstractContextManager[int]:
        """Inside, processes help with both passes where it repays, see :meth:`.Together.helped`."""
        return self._together.helped() if self._shared else nullcontext(1)

    def lengthwise(self) -> list[Call]:
        """From ∇L as it is by then to ‖∇L‖² of each layer, which lie before ``squares``."""
        return self._program.lengthwise()

    def total(self, parts: Sequence[Array]) -> Array:
        """L at k places from its parts there, ``(k, …)`` of each piece: ``(k,)``."""
        first, *others = (self._criterion.total(piece, self._count) for piece in parts)
        return sum(others, first)

    def passes(self, theta: Array, examples: Examples) -> tuple[Array, Array, Array]:
        """L, ∇L (flat) and ‖δ‖ of each layer at a flat ``theta``."""
        self.go(theta)
        self.see(examples)
        carry_out(self.calls(norms=True))
        parts = [piece[None] for piece in self._program.parts]
        return self.total(parts)[0], self.flat(self.gradient), np.sqrt(self.squares)
