"""What Adam and its variants share: two moving averages."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import ClassVar, Literal

import numpy as np

from app.core.calls import Call, numbers
from app.core.interfaces import Array, State
from app.core.spec import Real
from app.optimisers import _fields as fields
from app.optimisers._averages import averaging, squares_averaging
from app.optimisers._first_order import Memory, Pace, Scheduled
from app.optimisers._template import Rated


class TwoAverages(Rated):
    """Moving averages m of the gradient and v of the square of what is to divide it."""

    learning_rate: Real = fields.learning_rate(0.001, symbol="α")
    beta1: Real = fields.coefficient(0.9, "Momentum", "β₁", "Memory of the gradient's moving average.")
    beta2: Real = fields.coefficient(0.999, "Squares' memory", "β₂", "Memory of the squared gradient's moving average.")
    epsilon: Real = fields.epsilon(1e-8)

    slots: ClassVar[int] = 2

    def divisor(self, v: Array, t: int) -> Array:
        """√v̂ + ε after ``t`` gradients, v̂ = v/(1 − β₂ᵗ) free of the bias of an empty start."""
        divisor = 1.0 / (1.0 - self.beta2**t) * v
        np.sqrt(divisor, out=divisor)
        divisor += self.epsilon
        return divisor

    def preconditioner(self, state: State) -> Array | None:
        """P = (1 − β₁ᵗ)(√v̂ + ε), by which the step divided m (Cohen et al. 2022, section 2)."""
        return (1.0 - self.beta1**state.t) * self.divisor(state.memory[1], state.t) if state.t else None

    def threshold_at(self, learning_rate: float) -> float | None:
        """2(1 + β₁)/((1 − β₁)η): heavy ball's threshold, for an average of gradients (Cohen et al. 2022, section 2)."""
        return 2.0 * (1.0 + self.beta1) / ((1.0 - self.beta1) * learning_rate)


class AdamFamily(TwoAverages, Scheduled):
    """v averages the squared gradient."""

    learning_rate_unit: ClassVar[Literal["inverse_curvature", "length", "none"]] = "length"

    def averaging(self, gradient: Array, memory: Memory, room: Array) -> list[Call]:
        """What lets m and v see ``gradient``; ``room`` is overwritten."""
        m, v = memory[:2]
        return averaging(m, gradient, self.beta1, room) + squares_averaging(v, gradient, self.beta2, room)

    def dividing(self, before: list[Call], vector: Array, v: Array, out: Array) -> Pace:
        """What leaves scale·vector/(√v̂ + ε) in ``out``, which is not ``vector``, told scale and t.

        After the calls of ``before``, as scale·c·vector/(√v + εc) with c = √(1 − β₂ᵗ⁺¹): in a sweep less (Kingma & Ba
        2015, end of section 2).
        """
        floor, factor = numbers(out, 0.0, 0.0)
        divisor: list[Call] = [(np.sqrt, (v, out)), (np.add, (out, floor, out))]
        calls: list[Call] = [*before, *divisor, (np.divide, (vector, out, out)), (np.multiply, (out, factor, out))]
        beta, epsilon = self.beta2, self.epsilon

        def tell(scale: float, t: int) -> None:
            correction = sqrt(1.0 - beta ** (t + 1))
            floor[()], factor[()] = epsilon * correction, scale * correction

        return Pace(calls, tell)

    def descending(self, gradient: Array, memory: Memory, delta: Array, before: Sequence[Call] = ()) -> Pace:
        """What leaves −η·m̂/(√v̂ + ε) in ``delta``, with m̂ = m/(1 − β₁ᵗ⁺¹) and v̂ = v/(1 − β₂ᵗ⁺¹) after ``gradient``."""
        m, v = memory
        calls, divide = self.dividing([*before, *self.averaging(gradient, memory, delta)], m, v, delta)
        beta = self.beta1
        return Pace(calls, lambda rate, t: divide(-rate / (1.0 - beta ** (t + 1)), t))
