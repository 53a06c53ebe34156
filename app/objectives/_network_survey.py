"""What a network finds at θ after θ: losses for many of them at once, norms as they come by."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import numpy as np

from app.core.interfaces import Array
from app.losses._base import Criterion
from app.objectives._network_descent import Descent
from app.objectives._network_examples import Examples
from app.objectives._network_mean import MeanLoss, Penalties

OUTPUT_BYTES = 1 << 20
"""Outputs that are kept until their losses are computed."""


class Scenery(Protocol):
    """Which examples are seen from which place."""

    count: int

    def show(self, descent: Descent, place: int) -> None:
        """Have a descent look at those of the n-th place."""
        ...

    def targets(self, start: int, stop: int) -> Array:
        """Encoded targets, which broadcast against the outputs of the places from ``start`` to ``stop``."""
        ...


class Whole:
    """The same examples from everywhere."""

    def __init__(self, examples: Examples) -> None:
        self.count = examples.count
        self._examples = examples

    def show(self, descent: Descent, place: int) -> None:
        """All of them."""
        descent.see(self._examples)

    def targets(self, start: int, stop: int) -> Array:
        """All of them."""
        return self._examples.targets


class Batches:
    """A row of ``indices`` ``(places, count)`` each, gathered all at once."""

    def __init__(self, examples: Examples, indices: Array, criterion: Criterion) -> None:
        some = examples.take(indices.ravel())
        self.count = indices.shape[1]
        self._inputs, self._slopes = some.inputs, criterion.encode_slope(some.targets, some.inputs.dtype)
        apart = some.targets.reshape(*some.targets.shape[:-1], *indices.shape)
        self._targets = np.moveaxis(apart, -2, 0)

    def show(self, descent: Descent, place: int) -> None:
        """Those of the row."""
        start = place * self.count
        columns = slice(start, start + self.count)
        descent.show(self._inputs[:, columns], self._slopes[:, columns])

    def targets(self, start: int, stop: int) -> Array:
        """Of some rows, ``(stop − start, …, count)``."""
        return self._targets[start:stop]


class Found(NamedTuple):
    """At m places: loss ``(m,)``, norms of each layer ``(m, layers)`` as :meth:`.Network.layer_norms` has them."""

    loss: Array
    gradient_norm: Array
    delta_norm: Array


class Survey:
    """Looks around at one place after another, ``length`` of them at most.

    Attributes:
        descent: its ``theta`` is the place; afterwards its ``gradient`` is that of the whole objective.
    """

    def __init__(
        self, mean: MeanLoss, penalties: Penalties, scenery: Scenery, length: int, dtype: np.dtype[Any], norms: bool
    ) -> None:
        self.descent = descent = mean.descents.of(scenery.count, dtype)
        self._net, self._criterion, self._scenery = mean.net, mean.criterion, scenery
        self._penalties, self._apart = penalties, all(one.coordinatewise for one in penalties.regularisers)
        self._inner = penalties._replace(weights=descent.inward(penalties.weights))
        self._theta = np.empty((length, mean.net.dim), dtype)
        self._loss = np.empty(length, dtype)
        self._norms = norms
        self._gradient = np.empty((length if norms else 0, mean.net.dim), dtype)
        self._squares = np.empty((len(self._gradient), descent.squares.size), dtype)
        kept = max(1, min(length, OUTPUT_BYTES // descent.outputs.nbytes))
        self._outputs = np.empty((kept, *descent.outputs.shape), dtype)
        self._kept = self._count = 0

    def look(self) -> None:
        """Both passes at the next place."""
        descent, count = self.descent, self._count
        self._scenery.show(descent, count)
        self._theta[count] = descent.theta
        descent.forward()
        if self._kept == len(self._outputs):
            self._settle()
        self._outputs[self._kept] = descent.outputs
        self._kept += 1
        descent.backward()
        if self._penalties.regularisers:
            self._penalise()
        if self._norms:
            descent.measure()
            self._squares[count] = descent.squares
            self._gradient[count] = descent.gradient
        self._count = count + 1

    def places(self) -> Array:
        """Where it has looked, flat ``(m, d)``."""
        return self.descent.flat(self._theta[: self._count])

    def loss(self) -> Array:
        """The objective there, ``(m,)``."""
        if self._kept:
            self._settle()
        values: Array = self._loss[: self._count] + self._penalties.value(self.places())
        return values

    def found(self) -> Found:
        """The objective there, and its norms."""
        squares = [
            np.vecdot(part, part)
            for part in (self._gradient[: self._count, layer.start : layer.stop] for layer in self._net.layers)
        ]
        return Found(self.loss(), np.sqrt(np.stack(squares, axis=-1)), np.sqrt(self._squares[: self._count]))

    def _settle(self) -> None:
        """The losses of the outputs that were kept."""
        some = slice(self._count - self._kept, self._count)
        targets = self._scenery.targets(some.start, some.stop)
        self._loss[some] = self._criterion.value(self._outputs[: self._kept], targets)
        self._kept = 0

    def _penalise(self) -> None:
        """∇Ω added to the gradient: where penalties couple parameters, in the flat order that they count in."""
        descent = self.descent
        if self._apart:
            self._inner.add_gradient(descent.theta, descent.gradient)
            return
        gradient = descent.flat(descent.gradient)
        self._penalties.add_gradient(descent.flat(descent.theta), gradient)
        descent.gradient[...] = descent.inward(gradient)
