"""The forward and backward pass at one θ after another, by the calls of a :mod:`._network_program`."""

from __future__ import annotations

import threading
from typing import Any, NamedTuple

import numpy as np

from app.core.calls import carry_out
from app.core.interfaces import Array
from app.core.memory import Room, alike
from app.losses._base import Criterion
from app.objectives._network_architecture import Architecture
from app.objectives._network_examples import Examples
from app.objectives._network_program import Program

MOST_KEPT = 4
MOST_BYTES = 1 << 24
"""Activations of a descent that is kept for the next use."""


class Descents(threading.local):
    """A :class:`Descent` for each number of examples and precision; each thread has its own."""

    def __init__(self, net: Architecture, criterion: Criterion) -> None:
        self._net, self._criterion = net, criterion
        self._made: dict[tuple[int, np.dtype[Any]], Descent] = {}

    def keeps(self, count: int, dtype: np.dtype[Any]) -> bool:
        """Whether one for so many examples is small enough to be kept."""
        units = 2 * self._net.inputs + 3 * sum(self._net.widths[1:])
        return bool(units * count * dtype.itemsize <= MOST_BYTES)

    def of(self, examples: Examples, count: int | None = None) -> Descent:
        """One for ``count`` (None: all) examples like these, wherever it looks; the latest few are kept."""
        key = count or examples.count, examples.inputs.dtype
        found = self._made.pop(key, None) or Descent(self._net, self._criterion, examples, key[0])
        if self.keeps(*key):
            self._made[key] = found
        if len(self._made) > MOST_KEPT:
            del self._made[next(iter(self._made))]
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
        parts: what L there is made of, see :meth:`.Criterion.total`.
        squares: ‖δ‖² of each layer, where they were asked for.
        place, laid: these four as they lie side by side, and how, see :class:`.Program`.
    """

    def __init__(self, net: Architecture, criterion: Criterion, examples: Examples, count: int) -> None:
        self._criterion, self._count, self._ones = criterion, count, int(net.biases)
        targets = criterion.encode_slope(examples.targets[..., :1], examples.inputs.dtype, count)
        self._program = program = Program(net, criterion, count, len(targets), targets.dtype)
        self.theta, self.gradient = program.theta, program.gradient
        self.parts, self.squares = program.parts, program.squares
        self.place, self.laid = program.place, program.laid
        self._calls, self._all, self._room = program.calls, program.calls + program.norms, Room(MOST_BYTES)
        self._order, self._back = net.order, net.ranks
        self._seen: Examples | None = None
        self._stock: tuple[Examples, _Tables] | None = None

    def see(self, examples: Examples) -> None:
        """Look at these examples from now on."""
        if examples is not self._seen:
            rows, targets = self._tables(examples)
            np.copyto(self._program.rows, rows)
            np.copyto(self._program.columns, rows.T)
            np.copyto(self._program.targets, targets)
            self._seen = examples

    def choose(self, examples: Examples) -> None:
        """Have :meth:`pick` take from these."""
        if self._stock is None or examples is not self._stock[0]:
            self._stock = examples, self._tables(examples)

    def pick(self, indices: Array) -> None:
        """Look at some of the examples that were chosen, ``(count,)``, from now on."""
        assert self._stock is not None
        (rows, targets), program = self._stock[1], self._program
        rows.take(indices, 0, program.rows, "clip")
        np.copyto(program.columns, program.rows.T)
        targets.take(indices, 1, program.targets, "clip")
        self._seen = None

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

    def look(self, norms: bool) -> None:
        """Both passes."""
        carry_out(self._all if norms else self._calls)

    def passes(self, theta: Array, examples: Examples) -> tuple[Array, Array, Array]:
        """L, ∇L (flat) and ‖δ‖ of each layer at a flat ``theta``."""
        self.go(theta)
        self.see(examples)
        self.look(norms=True)
        return self._criterion.total(self.parts[None])[0], self.flat(self.gradient), np.sqrt(self.squares)
