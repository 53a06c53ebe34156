"""The template of every method that asks for one gradient a step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

import numpy as np

from app.core.calls import Call, carry_out
from app.core.interfaces import Array
from app.core.memory import alike
from app.optimisers._template import Here, Memory, Rated, Template

__all__ = ["FirstOrder", "Memory", "Pace", "Scheduled", "paced"]


class Pace(NamedTuple):
    """A step written down.

    Attributes:
        calls: what it is, on arrays that stay.
        told: the numbers that it is to be told before, ``(k,)``.
        numbers: these of n steps, ``(n, k)``, from their η_t and t, the number of steps taken before each, ``(n,)``.
    """

    calls: list[Call]
    told: Array
    numbers: Callable[[Array, Array], Array]

    def of(self, rates: Sequence[float], first: int) -> Array:
        """The numbers of the steps from ``first`` on."""
        return self.numbers(np.array(rates), np.arange(first, first + len(rates)))


def paced(calls: list[Call], eta: Array, sign: float = 1.0) -> Pace:
    """Calls that read ``sign``·η in ``eta``."""
    return Pace(calls, eta.reshape(1), lambda rates, t: sign * rates[:, None])


class FirstOrder(Template):
    """θ_{t+1} = θ_t + Δ(g_t, θ_t, memory, η_t), with g_t = ∇f(θ_t) evaluated once.

    A subclass writes :meth:`update`; or :meth:`pace` instead, which spares long runs on small networks most of a step.
    """

    single: ClassVar[bool] = True

    def move(self, here: Here, memory: Memory, rate: float, t: int) -> tuple[Array, Memory]:
        """The update, from the gradient as it is observed."""
        return self.update(self.observed(here.gradient, here.rng), here.theta, memory, rate, t)

    @property
    def noiseless(self) -> bool:
        """Whether :meth:`observed` is the gradient itself."""
        return True

    def observed(self, gradient: Array, rng: np.random.Generator) -> Array:
        """The gradient as the update sees it."""
        return gradient

    def update(self, gradient: Array, theta: Array, memory: Memory, rate: float, t: int) -> tuple[Array, Memory]:
        """(Δ, next memory), in new arrays (the arguments may be written to later); ``t`` steps were taken before."""
        delta, following = alike(theta), tuple(one.copy() for one in memory)
        pace = self.pace(gradient, theta, following, delta)
        pace.told[...] = pace.of([rate], t)[0]
        carry_out(pace.calls)
        return delta, following

    def pace(self, gradient: Array, theta: Array, memory: Memory, delta: Array) -> Pace:
        """What leaves Δ in ``delta`` and the next memory in place of ``memory``, from what the arrays hold by then."""
        told = np.zeros(2)

        def step() -> None:
            moved, following = self.update(gradient, theta, memory, float(told[0]), int(told[1]))
            for old, new in zip((delta, *memory), (moved, *following), strict=True):
                old[...] = new

        return Pace([(step, ())], told, lambda rates, t: np.stack([rates, t], axis=1))


class Scheduled(Rated, FirstOrder):
    """A first-order method with a learning rate that follows a schedule."""
