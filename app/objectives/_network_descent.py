"""The forward and backward pass at one θ after another, by the calls of a :mod:`._network_program`."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from app.core.interfaces import Array
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

    def keeps(self, examples: Examples) -> bool:
        """Whether one for as many examples is small enough to be kept."""
        units = 2 * self._net.inputs + 3 * sum(self._net.widths[1:])
        return bool(units * examples.count * examples.inputs.itemsize <= MOST_BYTES)

    def of(self, examples: Examples) -> Descent:
        """One for as many examples, in their precision, wherever it looks; the latest few are kept."""
        key = examples.count, examples.inputs.dtype
        found = self._made.pop(key, None) or Descent(self._net, self._criterion, examples)
        if self.keeps(examples):
            self._made[key] = found
        if len(self._made) > MOST_KEPT:
            del self._made[next(iter(self._made))]
        return found


class Descent:
    """∇L and δ of each node at ``theta``, on some examples.

    Attributes:
        theta: where to look, ``(d,)`` in the order of :attr:`.Architecture.order`; write to it, or :meth:`go`.
        gradient: ∇L there, in the same order.
        parts: what L there is made of, see :meth:`.Criterion.total`.
        squares: ‖δ‖² of each layer, where they were asked for.
    """

    def __init__(self, net: Architecture, criterion: Criterion, examples: Examples) -> None:
        dtype = examples.inputs.dtype
        targets = np.array(criterion.encode_slope(examples.targets, dtype))
        self._program = program = Program(net, criterion, targets, dtype)
        self.theta, self.gradient = program.theta, program.gradient
        self.parts, self.squares = program.parts, program.squares
        self._calls, self._all = program.calls, program.calls + program.norms
        self._criterion = criterion
        self._order, self._back = net.order, np.argsort(net.order)
        self._seen: Examples | None = None

    def show(self, rows: Array, targets: Array) -> None:
        """Look at examples ``(count, features)`` from now on; ``targets`` as :meth:`.Criterion.slope` reads them."""
        program = self._program
        program.rows[...], program.inputs[...], program.targets[...] = rows, rows.T, targets
        self._seen = None

    def see(self, examples: Examples) -> None:
        """Look at these examples from now on."""
        if examples is not self._seen:
            self.show(examples.inputs.T, self._criterion.encode_slope(examples.targets, self.theta.dtype))
            self._seen = examples

    def go(self, theta: Array) -> None:
        """Be at a flat ``theta`` ``(d,)``."""
        theta.take(self._order, out=self.theta, mode="clip")

    def inward(self, flat: Array) -> Array:
        """Flat vectors ``(…, d)`` in the order of ``theta``."""
        return flat.take(self._order, axis=-1)

    def flat(self, inner: Array) -> Array:
        """Vectors ``(…, d)`` in the order of ``theta``, flat."""
        return inner.take(self._back, axis=-1)

    def look(self, norms: bool) -> None:
        """Both passes."""
        for function, arguments in self._all if norms else self._calls:
            function(*arguments)

    def passes(self, theta: Array, examples: Examples) -> tuple[Array, Array, Array]:
        """L, ∇L (flat) and ‖δ‖ of each layer at a flat ``theta``."""
        self.go(theta)
        self.see(examples)
        self.look(norms=True)
        return self._criterion.total(self.parts[None].copy())[0], self.flat(self.gradient), np.sqrt(self.squares)
