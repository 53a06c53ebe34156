"""Lion."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from app.core.interfaces import Array
from app.core.spec import Real
from app.optimisers import _fields as fields
from app.optimisers._averages import moving_average
from app.optimisers._first_order import Memory, Scheduled


class Lion(Scheduled):
    """θ ← θ − η(sign(β₁m + (1 − β₁)g) + λθ), then m ← β₂m + (1 − β₂)g.

    Every coordinate moves by exactly η, whatever the size of the gradient, and so never comes to rest at a minimum
    that it meets with momentum: the loss settles at a floor set by η unless a schedule lowers it.

    Reference: Chen et al. 2023, Algorithm 2.
    """

    kind: Literal["lion"] = "lion"
    beta1: Real = fields.coefficient(0.9, "Momentum in the step", "β₁", "Weight of the memory in the step's sign.")
    beta2: Real = fields.coefficient(0.99, "Momentum's memory", "β₂", "Memory of the gradient's moving average.")
    weight_decay: Real = fields.weight_decay(0.0)

    title: ClassVar[str] = "Lion"
    summary: ClassVar[str] = "Keeps only the sign of its momentum: steps of equal size in every parameter."
    reference: ClassVar[str] = "Chen et al. 2023, Symbolic discovery of optimization algorithms, Algorithm 2"
    formula: ClassVar[str] = (
        r"\begin{aligned} \theta_t &= \theta_{t-1} "
        r"- \eta\left(\operatorname{sign}(\beta_1 m_{t-1} + (1 - \beta_1)\,g_t) + \lambda\,\theta_{t-1}\right) \\ "
        r"m_t &= \beta_2 m_{t-1} + (1 - \beta_2)\,g_t \end{aligned}"
    )
    learning_rate_unit: ClassVar[Literal["inverse_curvature", "length", "none"]] = "length"
    slots: ClassVar[int] = 1

    def update(self, gradient: Array, theta: Array, memory: Memory, rate: float, t: int) -> tuple[Array, Memory]:
        """Δ = −η(sign(β₁m + (1 − β₁)g) + λθ)."""
        direction = np.sign(moving_average(memory[0], gradient, self.beta1))
        remembered = moving_average(memory[0], gradient, self.beta2)
        return -rate * (direction + self.weight_decay * theta), (remembered,)
