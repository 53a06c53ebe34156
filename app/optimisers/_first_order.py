"""The template of every method that asks for one gradient a step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

import numpy as np

from app.core.calls import Call, carry_out
from app.core.interfaces import Array
from app.core.memory import alike
from app.optimisers._template import Here, Memory, Rated, Template

__all__ = ["FirstOrder", "Memory", "Pace", "Scheduled", "paced"]


Pace = Callable[[float, int], None]
"""Called with η_t and t, the number of steps taken before."""


def paced(calls: Sequence[Call], eta: Array, sign: float = 1.0) -> Pace:
    """Calls that read ``sign``·η in ``eta``."""

    def step(rate: float, t: int) -> None:
        eta[()] = sign * rate
        carry_out(calls)

    return step


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
        self.pace(gradient, theta, following, delta)(rate, t)
        return delta, following

    def pace(self, gradient: Array, theta: Array, memory: Memory, delta: Array) -> Pace:
        """What leaves Δ in ``delta`` and the next memory in place of ``memory``, from what the arrays hold by then."""

        def step(rate: float, t: int) -> None:
            moved, following = self.update(gradient, theta, memory, rate, t)
            for old, new in zip((delta, *memory), (moved, *following), strict=True):
                np.copyto(old, new)

        return step


class Scheduled(Rated, FirstOrder):
    """A first-order method with a learning rate that follows a schedule."""
