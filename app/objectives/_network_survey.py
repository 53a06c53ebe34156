"""What a network finds at θ after θ: losses for many of them at once, norms as they come by."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from app.core.interfaces import Array
from app.objectives._network_examples import Examples, pieces_of
from app.objectives._network_mean import MeanLoss, Penalties

PARTS_BYTES = 1 << 19
"""Size of what losses are made of that are computed together, for as many places as it holds."""
MEASURED = 2
"""How many of the arrays of a place only norms ask for: its first ones, see :class:`.Program`."""


class Batches(NamedTuple):
    """At each place some of the ``examples``: a row of ``indices`` ``(places, size)``."""

    examples: Examples
    indices: Array


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
        if isinstance(where, Batches):
            self.descent, self._picked = mean.descents.of(where.examples, where.indices.shape[1]), list(where.indices)
            self.descent.choose(where.examples)
        else:
            self.descent, self._picked = mean.descents.of(where), []
            self.descent.see(where)
        descent = self.descent
        self._net, self._criterion = mean.net, mean.criterion
        self._penalties, self._apart = penalties, all(one.coordinatewise for one in penalties.regularisers)
        self._inner = penalties._replace(weights=descent.inward(penalties.weights))
        self._norms, left_out = norms, 0 if norms else MEASURED
        self._kept = descent.room(length, left_out)
        self._place, self._left_out, self._count = descent.place[descent.laid.starts[left_out] :], left_out, 0

    def look(self) -> None:
        """Both passes at the next place."""
        descent, count = self.descent, self._count
        if self._picked:
            descent.pick(self._picked[count])
        descent.look(self._norms)
        if self._penalties.regularisers:
            self._penalise()
        np.copyto(self._kept[count], self._place)
        self._count = count + 1

    def _columns(self) -> list[Array]:
        """What was kept of the places where it has looked."""
        return self.descent.laid.views(self._kept[: self._count], self._left_out)

    def places(self) -> Array:
        """Where it has looked, flat ``(m, d)``."""
        start = self.descent.laid.starts[-3] - self.descent.laid.starts[self._left_out]
        return self.descent.flat(self._kept[: self._count], start)

    def loss(self) -> Array:
        """The objective there, ``(m,)``."""
        parts = self._columns()[-1]
        some = max(1, PARTS_BYTES // self.descent.parts.nbytes)
        values = np.concatenate([self._criterion.total(piece) for piece in pieces_of(parts, some)])
        if self._penalties.regularisers:
            values = values + self._penalties.value(self.places())
        return values

    def found(self) -> Found:
        """The objective there, and its norms."""
        gradient, squares, _, _ = self._columns()
        norms = np.empty_like(squares)
        for k, layer in enumerate(self._net.layers):
            part = gradient[:, layer.start : layer.stop]
            np.vecdot(part, part, norms[:, k])
        return Found(self.loss(), np.sqrt(norms, norms), np.sqrt(squares))

    def _penalise(self) -> None:
        """∇Ω added to the gradient: where penalties couple parameters, in the flat order that they count in."""
        descent = self.descent
        if self._apart:
            self._inner.add_gradient(descent.theta, descent.gradient)
            return
        gradient = descent.flat(descent.gradient)
        self._penalties.add_gradient(descent.flat(descent.theta), gradient)
        descent.gradient[...] = descent.inward(gradient)
