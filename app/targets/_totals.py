"""Sums of energies as sweeps: what is linear in θ goes along in the product that makes another term's gradient."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np

from app.core.calls import Call, numbers
from app.core.interfaces import Array, Objective
from app.targets._sweeps import Place, Ridges, Sweep, sweep_of

Weighted = tuple[Objective, float]


@runtime_checkable
class Taker(Protocol):
    """An energy whose gradient is a matrix product with room for more."""

    def sweep_with(self, place: Place, weight: float, pull: Array) -> Sweep:
        """Its sweep with ``weight`` times its gradient, to which Aθ is added, A ``(d, d)`` the ``pull``."""

    def ridges_with(self, weight: float, pull: Array) -> Ridges:
        """That gradient."""


def pull_of(objective: Objective) -> Array | None:
    """A ``(d, d)``, where the gradient is Aθ and nothing else."""
    known: Callable[[], Array | None] | None = getattr(objective, "pull", None)
    return None if known is None else known()


class Terms(NamedTuple):
    """Of Σ wₖ fₖ.

    Attributes:
        along: those with a pull that goes along with the taker's gradient.
        others: whose gradients are added up.
        taker: one, or none.
        pull: of all that go along.
    """

    along: Sequence[Weighted]
    others: Sequence[Weighted]
    taker: Sequence[Weighted] = ()
    pull: Array | None = None

    @classmethod
    def of(cls, terms: Sequence[Weighted]) -> Terms:
        """All of them are others where nothing goes along, or nobody takes it."""
        pulls = [pull_of(term) for term, _ in terms]
        taker = next((k for k, (term, _) in enumerate(terms) if isinstance(term, Taker)), None)
        along = [k for k, pull in enumerate(pulls) if pull is not None]
        if taker is None or not along:
            return cls((), terms)
        others = [pair for k, pair in enumerate(terms) if k != taker and k not in along]
        pull = np.sum([weight * known for (_, weight), known in zip(terms, pulls, strict=True) if known is not None], 0)
        return cls([terms[k] for k in along], others, [terms[taker]], pull)

    def ridges(self) -> Ridges | None:
        """The gradient, where all that does not go along is one taker."""
        if self.others or self.pull is None:
            return None
        ((term, weight),) = self.taker
        return term.ridges_with(weight, self.pull) if isinstance(term, Taker) else None

    def sweep(self, place: Place) -> Sweep:
        """The first value and the first gradient are written where the sum is to be, and others added to them."""
        total, first = Sweep([], [], []), len(self.along)
        for k, (term, weight) in enumerate([*self.along, *self.others, *self.taker]):
            own = Place.beside(place.theta)
            at = Place(own.theta, own.value if k else place.value, place.gradient if k == first else own.gradient)
            part = _weighed(term, weight, at, self.pull if k >= first + len(self.others) else None)
            height = _added(at.value, place.value) if k else []
            slope = _added(at.gradient, place.gradient) if k > first else []
            parts = part.value + height, part.gradient + slope, part.both + height + slope
            for calls, more in zip(total, parts if k >= first else (parts[0], [], parts[0]), strict=True):
                calls.extend(more)
        return total


def _weighed(term: Objective, weight: float, at: Place, pull: Array | None) -> Sweep:
    """A term's sweep, with a pull where it takes one."""
    height = _multiplied(at.value, weight)
    if pull is not None and isinstance(term, Taker):
        value, gradient, both = term.sweep_with(at, weight, pull)
        return Sweep(value + height, gradient, both + height)
    (value, gradient, both), slope = sweep_of(term, at), _multiplied(at.gradient, weight)
    return Sweep(value + height, gradient + slope, both + height + slope)


def _multiplied(part: Array, weight: float) -> list[Call]:
    return [] if weight == 1 else [(np.multiply, (part, *numbers(part, weight), part))]


def _added(part: Array, total: Array) -> list[Call]:
    return [(np.add, (total, part, total))]
