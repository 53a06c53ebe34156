"""What a network finds at θ after θ: losses for many of them at once, norms as they come by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import repeat
from operator import length_hint
from typing import NamedTuple

import numpy as np

from app.core.calls import Call
from app.core.interfaces import Array
from app.objectives._network_examples import Examples, pieces_of
from app.objectives._network_mean import MeanLoss, Penalties

PARTS_BYTES = 1 << 19
"""Size of what losses are made of that are computed together, for as many places as it holds."""
LENGTHS, THETA = 1, 3
"""Where the arrays of a place are after the gradient, see :class:`.Program`; only norms ask for those before θ."""
LONG = 500
"""Parameters of a layer, on average, from which on the gradient's norms are quicker found than the gradient kept."""


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
        self._feeds: Iterator[Array] | None = None
        if isinstance(where, Batches):
            self.descent = descent = mean.descents.of(where.examples, where.indices.shape[1])
            self._feeds = descent.feeds(*where)
        else:
            self.descent = descent = mean.descents.of(where)
            descent.see(where)
        self._net, self._penalties = mean.net, penalties
        self._apart = all(one.coordinatewise for one in penalties.regularisers)
        self._inner = penalties._replace(weights=descent.inward(penalties.weights))
        self._calls = descent.calls(norms) + ([(self._penalise, ())] if penalties.regularisers else [])
        self._first = 0 if norms else THETA
        if norms and mean.net.dim >= LONG * len(mean.net.layers):
            self._first, self._calls = LENGTHS, self._calls + descent.lengthwise()
        self._theta = descent.laid.starts[THETA] - descent.laid.starts[self._first]
        self._place, self._kept = descent.place[descent.laid.starts[self._first] :], descent.room(length, self._first)
        self._rows = iter(self._kept)

    def look(self) -> None:
        """Pass forward and backward here."""
        self.travel([], np.empty(0), np.empty((1, 0)))

    def travel(self, moves: Sequence[Call], told: Array, numbers: Array) -> None:
        """Carry out ``moves`` of θ and look at where they lead, ``told`` one row of ``numbers`` after another."""
        calls, place = [*moves, *self._calls], self._place
        telling = _said(told, numbers)
        feeding = repeat(None) if self._feeds is None else _written(self.descent.feed, self._feeds)
        for _, _, kept in zip(telling, feeding, self._rows, strict=False):  # in this order: the first one ends it
            for function, arguments in calls:  # as carry_out
                function(*arguments)
            kept[...] = place

    def helped(self) -> AbstractContextManager[int]:
        """Inside, processes help to look where somebody allowed it and it repays: as many as this gives."""
        return self.descent.helped() if self._feeds is None else nullcontext(1)

    def along(self, theta: Array) -> Found:
        """What is found at each row of flat ``theta`` ``(m, d)``."""
        if len(theta):
            self.travel([], self.descent.theta, self.descent.inward(theta))
        return self.found()

    def _columns(self) -> list[Array]:
        """What was kept of the places where it has looked."""
        return self.descent.laid.views(self._seen(), self._first)

    def _seen(self) -> Array:
        return self._kept[: len(self._kept) - length_hint(self._rows)]

    def places(self) -> Array:
        """Where it has looked, flat ``(m, d)``."""
        return self.descent.flat(self._seen(), self._theta)

    def double_places(self) -> Array:
        """The same in double precision."""
        seen = self._seen()
        return (
            self.descent.flat(seen, self._theta) if seen.dtype == np.float64 else self.descent.double(seen, self._theta)
        )

    def loss(self) -> Array:
        """The objective there, ``(m,)``."""
        return self._loss(self._columns()[THETA + 1 - self._first :])

    def found(self) -> Found:
        """The objective there, and its norms."""
        columns = self._columns()
        *gradient, lengths, squares, _ = columns[: THETA + 1 - self._first]
        norms = np.array(lengths)
        for k, layer in enumerate(self._net.layers if gradient else ()):
            part = gradient[0][:, layer.start : layer.stop]
            np.vecdot(part, part, norms[:, k])
        return Found(self._loss(columns[THETA + 1 - self._first :]), np.sqrt(norms, norms), np.sqrt(squares))

    def _loss(self, parts: list[Array]) -> Array:
        some = max(1, PARTS_BYTES * len(parts[0]) // max(1, sum(part.nbytes for part in parts)))
        places = zip(*(pieces_of(part, some) for part in parts), strict=True)
        values = np.concatenate([self.descent.total(few) for few in places])
        return values + self._penalties.value(self.places()) if self._penalties.regularisers else values

    def _penalise(self) -> None:
        """∇Ω added to the gradient: where penalties couple parameters, in the flat order that they count in."""
        descent = self.descent
        if self._apart:
            self._inner.add_gradient(descent.theta, descent.gradient)
            return
        gradient = descent.flat(descent.gradient)
        self._penalties.add_gradient(descent.flat(descent.theta), gradient)
        descent.gradient[...] = descent.inward(gradient)


def _written(into: Array, values: Iterable[Array]) -> Iterator[None]:
    """``into`` holds one value after another, each as the next is asked for: in less time than a loop takes."""
    return map(into.__setitem__, repeat(...), values)


def _said(told: Array, numbers: Array) -> Iterator[None]:
    """``told`` holds one row after another; where all are the same, it is told once."""
    told[...] = numbers[0]
    return repeat(None, len(numbers)) if (numbers == numbers[0]).all() else _written(told, numbers)
