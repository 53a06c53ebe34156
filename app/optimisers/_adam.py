"""What Adam and its variants share: two moving averages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np

from app.core.calls import Call, told_numbers
from app.core.interfaces import Array, State
from app.core.spec import Real
from app.optimisers import _fields as fields
from app.optimisers._averages import fading_squares, fading_sum
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

    def edge(self, learning_rate: float) -> float | None:
        """2(1 + β₁)/(1 − β₁): heavy ball's, for an average of gradients (Cohen et al. 2022, section 2)."""
        return 2.0 * (1.0 + self.beta1) / (1.0 - self.beta1)


class AdamFamily(TwoAverages, Scheduled):
    """v averages the squared gradient.

    What is remembered is m/(1 − β₁) and v/(1 − β₂), which are m ← β₁m + g and v ← β₂v + g²: the factors go with the
    learning rate.
    """

    learning_rate_unit: ClassVar[Literal["inverse_curvature", "length", "none"]] = "length"

    def preconditioner(self, state: State) -> Array | None:
        """P of v as it is averaged."""
        m, v, *others = state.memory
        return super().preconditioner(state._replace(memory=(m, (1.0 - self.beta2) * v, *others)))

    def summing(self, gradient: Array, memory: Memory, room: Array) -> list[Call]:
        """What lets both sums see ``gradient``; ``room`` is overwritten."""
        m, v = memory[:2]
        return fading_sum(m, gradient, self.beta1) + fading_squares(v, gradient, self.beta2, room)

    def dividing(self, vector: Array, v: Array, out: Array, floor: Array, factor: Array) -> list[Call]:
        """What leaves factor·vector/(√v + floor) in ``out``, which is not ``vector``; v is a sum (:meth:`summing`)."""
        divisor: list[Call] = [(np.sqrt, (v, out)), (np.add, (out, floor, out))]
        return [*divisor, (np.divide, (vector, out, out)), (np.multiply, (out, factor, out))]

    def corrected(self, scale: Array, t: Array) -> tuple[Array, Array]:
        """(floor, factor) that make :meth:`dividing` scale·vector/(√v̂ + ε) after t + 1 gradients.

        With v̂ = (1 − β₂)/(1 − β₂ᵗ⁺¹) · sum, both are c = √((1 − β₂ᵗ⁺¹)/(1 − β₂)) times ε and scale (Kingma & Ba 2015,
        end of section 2).
        """
        correction = np.sqrt((1.0 - self.beta2 ** (t + 1.0)) / (1.0 - self.beta2))
        return self.epsilon * correction, scale * correction

    def descent(self, rates: Array, t: Array) -> tuple[Array, Array]:
        """The same for −η·m̂/(√v̂ + ε), with m̂ = (1 − β₁)/(1 − β₁ᵗ⁺¹) · sum."""
        return self.corrected(-rates * (1.0 - self.beta1) / (1.0 - self.beta1 ** (t + 1.0)), t)

    def descending(self, gradient: Array, memory: Memory, delta: Array, before: Sequence[Call] = ()) -> Pace:
        """What leaves −η·m̂/(√v̂ + ε) in ``delta`` after ``gradient``, which the calls of ``before`` may have made."""
        (m, v), (told, floor, factor) = memory, told_numbers(delta, 2)
        calls = [*before, *self.summing(gradient, memory, delta), *self.dividing(m, v, delta, floor, factor)]
        return Pace(calls, told, lambda rates, t: np.stack(self.descent(rates, t), axis=1))
