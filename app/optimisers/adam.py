"""Adam."""

from __future__ import annotations

from typing import ClassVar, Literal

from app.core.interfaces import Array
from app.optimisers._adam import AdamFamily
from app.optimisers._first_order import Memory, Pace


class Adam(AdamFamily):
    """m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², θ ← θ − α·m̂/(√v̂ + ε).

    m̂ = m/(1 − β₁ᵗ) and v̂ = v/(1 − β₂ᵗ) undo the bias of starting at zero: the first step has size α in every
    coordinate. ε stands outside the root of the corrected v̂, as in Algorithm 1 and in PyTorch.

    Reference: Kingma & Ba 2015, Algorithm 1.
    """

    kind: Literal["adam"] = "adam"

    title: ClassVar[str] = "Adam"
    summary: ClassVar[str] = "Momentum divided by the gradient's recent size: steps of about α in every parameter."
    reference: ClassVar[str] = "Kingma & Ba 2015, Adam: a method for stochastic optimization, Algorithm 1"
    formula: ClassVar[str] = (
        r"\begin{aligned} m_t &= \beta_1 m_{t-1} + (1 - \beta_1)\,g_t \\ "
        r"v_t &= \beta_2 v_{t-1} + (1 - \beta_2)\,g_t^2 \\ "
        r"\theta_t &= \theta_{t-1} - \alpha\,\frac{m_t / (1 - \beta_1^t)}{\sqrt{v_t / (1 - \beta_2^t)} + \epsilon} "
        r"\end{aligned}"
    )

    def pace(self, gradient: Array, theta: Array, memory: Memory, delta: Array) -> Pace:
        """Δ = −α·m̂/(√v̂ + ε)."""
        return self.descending(gradient, memory, delta)
