"""What Adam and its variants share: two moving averages."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from app.core.interfaces import Array, State
from app.core.spec import Real
from app.optimisers import _fields as fields
from app.optimisers._averages import moving_average
from app.optimisers._first_order import Memory, Scheduled
from app.optimisers._template import Rated


class TwoAverages(Rated):
    """Moving averages m of the gradient and v of the square of what is to divide it."""

    learning_rate: Real = fields.learning_rate(0.001, symbol="α")
    beta1: Real = fields.coefficient(0.9, "Momentum", "β₁", "Memory of the gradient's moving average.")
    beta2: Real = fields.coefficient(0.999, "Squares' memory", "β₂", "Memory of the squared gradient's moving average.")
    epsilon: Real = fields.epsilon(1e-8)

    slots: ClassVar[int] = 2

    def remembered(self, gradient: Array, size: Array, memory: Memory) -> tuple[Array, Array]:
        """(m, v) after seeing ``gradient`` and the ``size`` to be squared."""
        m, v = memory[:2]
        return moving_average(m, gradient, self.beta1), moving_average(v, size * size, self.beta2)

    def direction(self, m: Array, v: Array, t: int, scale: float = 1.0) -> Array:
        """scale·m̂/(√v̂ + ε), with m̂ = m/(1 − β₁ᵗ⁺¹) and v̂ = v/(1 − β₂ᵗ⁺¹) free of the bias of an empty start."""
        return self.preconditioned(scale / (1.0 - self.beta1 ** (t + 1)) * m, v, t)

    def preconditioned(self, vector: Array, v: Array, t: int) -> Array:
        """``vector``/(√v̂ + ε)."""
        divisor = self.divisor(v, t + 1)
        return np.divide(vector, divisor, out=divisor)

    def divisor(self, v: Array, t: int) -> Array:
        """√v̂ + ε after ``t`` gradients."""
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

    def averages(self, gradient: Array, memory: Memory) -> tuple[Array, Array]:
        """(m, v) after seeing ``gradient``."""
        return self.remembered(gradient, gradient, memory)
