"""Adam with Nesterov momentum."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from app.core.calls import told_numbers
from app.core.interfaces import Array
from app.core.memory import alike
from app.core.spec import Real
from app.optimisers import _fields as fields
from app.optimisers._adam import AdamFamily
from app.optimisers._first_order import Memory, Pace


class NAdam(AdamFamily):
    """Adam whose numerator looks one step ahead: m̄ = β₁m/(1 − β₁ᵗ⁺¹) + (1 − β₁)g/(1 − β₁ᵗ).

    β₁ (the paper's μ) is constant: the paper's algorithm allows a sequence μ_t, and PyTorch warms it up unless
    momentum_decay is 0, where the two agree. v̂ = v/(1 − β₂ᵗ) as in Adam and PyTorch, without the extra factor β₂
    (the paper's ν) of the printed algorithm. ε stands outside the root.

    Reference: Dozat 2016, Algorithm 2.
    """

    kind: Literal["nadam"] = "nadam"
    learning_rate: Real = fields.learning_rate(0.002, symbol="α")

    title: ClassVar[str] = "Nadam"
    summary: ClassVar[str] = "Adam that counts the newest gradient twice, as Nesterov does: quicker to turn."
    reference: ClassVar[str] = "Dozat 2016, Incorporating Nesterov momentum into Adam, Algorithm 2, with constant μ"
    formula: ClassVar[str] = (
        r"\theta_t = \theta_{t-1} - \frac{\alpha}{\sqrt{\hat v_t} + \epsilon}"
        r"\left(\frac{\beta_1 m_t}{1 - \beta_1^{t+1}} + \frac{(1 - \beta_1)\,g_t}{1 - \beta_1^{t}}\right)"
    )

    def pace(self, gradient: Array, theta: Array, memory: Memory, delta: Array) -> Pace:
        """Δ = −α·m̄/(√v̂ + ε)."""
        (m, v), mean, (told, floor, factor, ahead, now) = memory, alike(delta), told_numbers(delta, 4)
        calls = self.summing(gradient, memory, delta)
        calls += [(np.multiply, (m, ahead, mean)), (np.multiply, (gradient, now, delta)), (np.add, (mean, delta, mean))]
        return Pace(calls + self.dividing(mean, v, delta, floor, factor), told, self._numbers)

    def _numbers(self, rates: Array, t: Array) -> Array:
        beta, fresh = self.beta1, 1.0 - self.beta1
        weights = beta * fresh / (1.0 - beta ** (t + 2.0)), fresh / (1.0 - beta ** (t + 1.0))
        return np.stack([*self.corrected(-rates, t), *weights], axis=1)

    def edge(self, learning_rate: float) -> float | None:
        """(2 + 2β₁)/((1 + 2β₁)(1 − β₁)): Nesterov's, for an average of gradients, once β₁ᵗ has vanished."""
        beta = self.beta1
        return (2.0 + 2.0 * beta) / ((1.0 + 2.0 * beta) * (1.0 - beta))
