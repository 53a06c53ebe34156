"""Adam with decoupled weight decay."""

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


class AdamW(AdamFamily):
    """θ ← θ − α(m̂/(√v̂ + ε) + λθ): the decay is not divided by √v̂, as the gradient of an L2 penalty would be.

    Deviation: λ is multiplied by α_t, the scheduled learning rate, as in PyTorch and other libraries. The paper
    multiplies it by the schedule's factor alone, so its λ is αλ here. A minimum of f is not a fixed point
    (``keeps_minimum`` is false) unless it lies at zero or λ = 0.

    Reference: Loshchilov & Hutter 2019, Algorithm 2, line 12.
    """

    kind: Literal["adamw"] = "adamw"
    weight_decay: Real = fields.weight_decay(0.01)

    title: ClassVar[str] = "AdamW"
    summary: ClassVar[str] = (
        "Adam with weight decay that the preconditioner does not touch: it pulls every weight alike."
    )
    reference: ClassVar[str] = "Loshchilov & Hutter 2019, Decoupled weight decay regularization, Algorithm 2, line 12"
    formula: ClassVar[str] = (
        r"\theta_t = \theta_{t-1} "
        r"- \alpha\left(\frac{\hat m_t}{\sqrt{\hat v_t} + \epsilon} + \lambda\,\theta_{t-1}\right)"
    )
    keeps_minimum: ClassVar[bool] = False

    def pace(self, gradient: Array, theta: Array, memory: Memory, delta: Array) -> Pace:
        """Δ = −α(m̂/(√v̂ + ε) + λθ)."""
        (m, v), (told, floor, factor, decay), room = memory, told_numbers(delta, 3), alike(delta)
        calls = [*self.summing(gradient, memory, delta), *self.dividing(m, v, delta, floor, factor)]
        calls += [(np.multiply, (theta, decay, room)), (np.add, (delta, room, delta))]
        strength = self.weight_decay
        return Pace(calls, told, lambda rates, t: np.stack([*self.descent(rates, t), -rates * strength], axis=1))

    def edge(self, learning_rate: float) -> float | None:
        """(2 − ηλ)(1 + β₁)/(1 − β₁): the decay uses up part of Adam's; None where it alone is unstable."""
        left = 2.0 - learning_rate * self.weight_decay
        return left * (1.0 + self.beta1) / (1.0 - self.beta1) if left > 0 else None
