"""The forward and backward pass at one θ after another, by the calls of a :mod:`._network_program`."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from app.core.interfaces import Array
from app.losses._base import Criterion
from app.objectives._network_architecture import Architecture
from app.objectives._network_examples import Examples
from app.objectives._network_program import Call, Program

MOST_KEPT = 4


class Descents(threading.local):
    """A :class:`Descent` for each number of examples and precision; each thread has its own."""

    def __init__(self, net: Architecture, criterion: Criterion) -> None:
        self._net, self._criterion = net, criterion
        self._made: dict[tuple[int, np.dtype[Any]], Descent] = {}

    def of(self, count: int, dtype: np.dtype[Any]) -> Descent:
        """The one for ``count`` examples; the latest few are kept, since each holds activations of all its examples."""
        found = self._made.pop((count, dtype), None) or Descent(self._net, self._criterion, count, dtype)
        self._made[count, dtype] = found
        if len(self._made) > MOST_KEPT:
            del self._made[next(iter(self._made))]
        return found


class Descent:
    """∇L and δ of each node at ``theta``, on ``count`` examples: :meth:`forward`, then :meth:`backward`.

    Attributes:
        theta: where to look, ``(d,)`` in the order of :attr:`.Architecture.order`; write to it, or :meth:`go`.
        gradient: ∇L there, in the same order.
        outputs: of the output layer ``(outputs, count)``, until :meth:`backward` overwrites them.
        squares: ‖δ‖² of each layer, after :meth:`measure`.
    """

    def __init__(self, net: Architecture, criterion: Criterion, count: int, dtype: np.dtype[Any]) -> None:
        self._program = program = Program(net, count, dtype)
        self.theta, self.gradient, self.outputs = program.theta, program.gradient, program.outputs
        self.squares = program.squares
        self._criterion = criterion
        self._order, self._back = net.order, np.argsort(net.order)
        self._seen: Examples | None = None
        self._targets = np.empty(0)

    def show(self, inputs: Array, targets: Array) -> None:
        """Look at these examples from now on; ``targets`` as :meth:`.Criterion.slope` reads them."""
        self._program.inputs[...], self._targets, self._seen = inputs, targets, None

    def see(self, examples: Examples) -> None:
        """Look at these examples from now on."""
        if examples is not self._seen:
            self.show(examples.inputs, self._criterion.encode_slope(examples.targets, self.theta.dtype))
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

    def forward(self) -> None:
        """From the inputs to ``outputs``."""
        _call(self._program.up)

    def backward(self) -> None:
        """From ``outputs``, which become ∂L/∂outputs, to the gradient."""
        self._criterion.slope(self.outputs, self._targets)
        _call(self._program.down)

    def measure(self) -> None:
        """``squares`` of what the passes left."""
        _call(self._program.norms)

    def passes(self, theta: Array, examples: Examples) -> tuple[Array, Array, list[Array]]:
        """L, ∇L (flat) and δ of each node at a flat ``theta``; the next passes overwrite δ."""
        self.go(theta)
        self.see(examples)
        self.forward()
        value, self.outputs[...] = self._criterion.first(self.outputs, examples.targets)
        _call(self._program.down)
        return value, self.flat(self.gradient), self._program.deltas


def _call(calls: list[Call]) -> None:
    for function, arguments in calls:
        function(*arguments)
