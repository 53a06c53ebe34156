"""The template of every method: evaluate the objective at θ, decide on a move, remember."""

from __future__ import annotations

from math import inf, isfinite
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np

from app.core.errors import SpecError
from app.core.interfaces import Array, Info, Objective, Optimiser, State
from app.core.spec import Real, control
from app.core.unions import one_of
from app.optimisers import _fields as fields
from app.schedules._base import Schedule
from app.schedules.constant import Constant

if TYPE_CHECKING:
    AnySchedule = Schedule
else:
    AnySchedule = one_of("app.schedules", Schedule)

Memory = tuple[Array, ...]


class Here(NamedTuple):
    """Where a step is taken from: the objective, θ ``(..., d)``, f(θ), ∇f(θ), and the step's randomness."""

    objective: Objective
    theta: Array
    value: Array
    gradient: Array
    rng: np.random.Generator


class Template(Optimiser):
    """θ_{t+1} = θ_t + Δ_t, where a subclass writes :meth:`move` and names its number of memory ``slots``.

    A batch of runs is the same as its runs one by one, bit for bit. Overflow is not an error: infinities and NaN pass
    into the state, where the run finds them.
    """

    slots: ClassVar[int] = 0

    def init(self, objective: Objective, theta: Array, rng: np.random.Generator) -> State:
        """State at ``theta`` ``(..., d)`` with an empty memory; copies ``theta``.

        Raises:
            SpecError: the last axis of ``theta`` is not the dimension of the objective.
        """
        theta = np.array(theta, dtype=np.float32 if np.asarray(theta).dtype == np.float32 else np.float64)
        if theta.shape[-1:] != (objective.dim,):
            raise SpecError(
                f"θ of shape {theta.shape} must end in {objective.dim}, the dimension of the objective; "
                f"send {objective.dim} parameters"
            )
        return State(theta, self.empty_memory(theta), 0)

    def step(self, objective: Objective, state: State, rng: np.random.Generator) -> tuple[State, Info]:
        """One step; ``Info`` holds the value and the gradient at ``state.theta``, before it."""
        with np.errstate(all="ignore"):
            value, gradient = objective.value_and_gradient(state.theta)
            rate = self.rate(state.t)
            here = Here(objective, state.theta, value, gradient, rng)
            delta, memory = self.move(here, state.memory, rate, state.t)
            return State(state.theta + delta, memory, state.t + 1), Info(value, gradient, rate)

    def empty_memory(self, theta: Array) -> Memory:
        """The memory before the first step: zeros."""
        return tuple(np.zeros_like(theta) for _ in range(self.slots))

    def rate(self, t: int) -> float:
        """η_t, the learning rate of step t (counted from 0)."""
        raise NotImplementedError

    def rates(self, first: int, count: int) -> list[float]:
        """Those of ``count`` steps from ``first`` on."""
        return [self.rate(t) for t in range(first, first + count)]

    def move(self, here: Here, memory: Memory, rate: float, t: int) -> tuple[Array, Memory]:
        """(Δ, next memory), in new arrays; ``t`` steps were taken before."""
        raise NotImplementedError


class Rated(Template):
    """A method with a learning rate η that follows a schedule: η_t = η·s(t)."""

    learning_rate: Real = fields.learning_rate(0.001)
    schedule: AnySchedule = control(
        Constant(), "Schedule", symbol="s(t)", description="How the learning rate changes over the run."
    )

    def rate(self, t: int) -> float:
        """η_t = η·s(t)."""
        return self.learning_rate * self.schedule.factor(t)

    def rates(self, first: int, count: int) -> list[float]:
        """Those of ``count`` steps from ``first`` on."""
        return [self.rate(first)] * count if self.schedule.constant else super().rates(first, count)

    def edge(self, learning_rate: float) -> float | None:
        """η times :meth:`threshold_at` of it; None if unknown."""
        return None

    def threshold_at(self, learning_rate: float) -> float | None:
        """edge/η; None at η = 0, where no step is unstable, and at an η so small that it is beyond any number."""
        edge = self.edge(learning_rate)
        threshold = inf if edge is None or learning_rate == 0 else edge / learning_rate
        return threshold if isfinite(threshold) else None
