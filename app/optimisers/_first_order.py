"""The template of every method that asks for one gradient a step."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from app.core.interfaces import Array
from app.optimisers._template import Here, Memory, Rated, Template

__all__ = ["FirstOrder", "Memory", "Scheduled"]


class FirstOrder(Template):
    """θ_{t+1} = θ_t + Δ(g_t, θ_t, memory, η_t), with g_t = ∇f(θ_t) evaluated once; a subclass writes :meth:`update`."""

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
        raise NotImplementedError


class Scheduled(Rated, FirstOrder):
    """A first-order method with a learning rate that follows a schedule."""
