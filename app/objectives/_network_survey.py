"""What a network finds at θ after θ: losses for many of them at once, norms as they come by."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from app.core.interfaces import Array
from app.losses._base import Criterion
from app.objectives._network_descent import Descent
from app.objectives._network_examples import Examples
from app.objectives._network_mean import MeanLoss, Penalties

PARTS_BYTES = 1 << 19
"""Size of what losses are made of until they are computed, for as many places as it holds."""


class Batches:
    """A row of ``indices`` ``(places, size)`` for each place, gathered all at once."""

    def __init__(self, examples: Examples, indices: Array, criterion: Criterion) -> None:
        self.first = examples.take(indices[0])
        self._rows = examples.rows.take(indices, axis=0)
        slopes = criterion.encode_slope(examples.targets.take(indices.ravel(), axis=-1), self._rows.dtype)
        self._slopes = np.moveaxis(slopes.reshape(len(slopes), *indices.shape), 1, 0)

    def show(self, descent: Descent, place: int) -> None:
        """Have a descent look at those of one place."""
        descent.show(self._rows[place], self._slopes[place])


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
        self, mean: MeanLoss, penalties: Penalties, where: Examples | Batches, length: int, norms: bool
    ) -> None:
        self._batches = where if isinstance(where, Batches) else None
        self.descent = descent = mean.descents.of(where.first if isinstance(where, Batches) else where)
        if isinstance(where, Examples):
            descent.see(where)
        self._net, self._criterion = mean.net, mean.criterion
        self._penalties, self._apart = penalties, all(one.coordinatewise for one in penalties.regularisers)
        self._inner = penalties._replace(weights=descent.inward(penalties.weights))
        self._theta, self._loss = _empty(length, descent.theta), np.empty(length, descent.theta.dtype)
        self._norms, measured = norms, length if norms else 0
        self._gradient, self._squares = _empty(measured, descent.gradient), _empty(measured, descent.squares)
        self._parts = _empty(max(1, min(length, PARTS_BYTES // descent.parts.nbytes)), descent.parts)
        self._kept = self._count = 0

    def look(self) -> None:
        """Both passes at the next place."""
        descent, count = self.descent, self._count
        if self._batches is not None:
            self._batches.show(descent, count)
        descent.look(self._norms)
        self._theta[count] = descent.theta
        self._parts[self._kept] = descent.parts
        if self._penalties.regularisers:
            self._penalise()
        if self._norms:
            self._squares[count] = descent.squares
            self._gradient[count] = descent.gradient
        self._count, self._kept = count + 1, self._kept + 1
        if self._kept == len(self._parts):
            self._settle()

    def places(self) -> Array:
        """Where it has looked, flat ``(m, d)``."""
        return self.descent.flat(self._theta[: self._count])

    def loss(self) -> Array:
        """The objective there, ``(m,)``."""
        self._settle()
        values = self._loss[: self._count]
        if self._penalties.regularisers:
            values = values + self._penalties.value(self.places())
        return values

    def found(self) -> Found:
        """The objective there, and its norms."""
        parts = [self._gradient[: self._count, layer.start : layer.stop] for layer in self._net.layers]
        norms = np.sqrt(np.stack([np.vecdot(part, part) for part in parts], axis=-1))
        return Found(self.loss(), norms, np.sqrt(self._squares[: self._count]))

    def _settle(self) -> None:
        """The losses of the latest places, together."""
        self._loss[self._count - self._kept : self._count] = self._criterion.total(self._parts[: self._kept])
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


def _empty(length: int, like: Array) -> Array:
    """Room for ``length`` arrays."""
    return np.empty((length, *like.shape), like.dtype)
