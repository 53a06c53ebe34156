"""Sophia."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from app.core.interfaces import Array
from app.core.spec import Real, Whole, control
from app.optimisers import _fields as fields
from app.optimisers._averages import moving_average
from app.optimisers._hutchinson import diagonal
from app.optimisers._template import Here, Memory, Rated


class Sophia(Rated):
    """m ← β₁m + (1 − β₁)g; every k steps h ← β₂h + (1 − β₂)ĥ; θ ← θ − η(clip(m/max(γh, ε), 1) + λθ).

    ĥ = z ⊙ Hz estimates the Hessian's diagonal (Sophia-H). Clipping bounds every coordinate's step by η, which it
    takes wherever h is negative or small: there it is sign descent with momentum. Neither average is corrected for its
    start at zero, as in the paper. Deviations: z are signs, of less variance than the paper's Gaussians; the decay is
    λη_t of θ before the step, as in the paper, but λ = 0 by default.

    Reference: Liu et al. 2024, Algorithms 1 (Hutchinson) and 3.
    """

    kind: Literal["sophia"] = "sophia"
    learning_rate: Real = fields.learning_rate(0.01)
    beta1: Real = fields.coefficient(0.96, "Momentum", "β₁", "Memory of the gradient's moving average.")
    beta2: Real = fields.coefficient(0.99, "Curvature's memory", "β₂", "Memory of the Hessian diagonal's average.")
    scale: Real = control(
        0.01,
        "Curvature scale",
        symbol="γ",
        slider=(1e-3, 1.0),
        gt=0,
        le=1e3,
        description="How much of the curvature divides; smaller values clip more coordinates.",
    )
    epsilon: Real = fields.epsilon(1e-12)
    every: Whole = control(
        10,
        "Curvature every",
        symbol="k",
        unit="steps",
        slider=(1, 50),
        ge=1,
        le=10_000,
        description="Steps between two estimates of the Hessian's diagonal.",
    )
    weight_decay: Real = fields.weight_decay(0.0)

    title: ClassVar[str] = "Sophia"
    summary: ClassVar[str] = (
        "Momentum divided by an occasional look at the curvature, and no coordinate ever moves more than η."
    )
    reference: ClassVar[str] = (
        "Liu, Li, Hall, Liang & Ma 2024, Sophia: a scalable stochastic second-order optimizer for language model "
        "pre-training, Algorithms 1 and 3 (Sophia-H)"
    )
    formula: ClassVar[str] = (
        r"\theta_{t+1} = \theta_t - \eta\left(\operatorname{clip}\!\left("
        r"\frac{m_t}{\max(\gamma h_t, \epsilon)}, 1\right) + \lambda\,\theta_t\right), \quad "
        r"h_t = \beta_2 h_{t-k} + (1 - \beta_2)\,z \odot \nabla^2 f(\theta_t) z"
    )
    slots: ClassVar[int] = 2
    stochastic: ClassVar[bool] = True
    coordinatewise: ClassVar[bool] = False

    def move(self, here: Here, memory: Memory, rate: float, t: int) -> tuple[Array, Memory]:
        """Δ = −η(clip(m/max(γh, ε), 1) + λθ), with h looked at anew every k steps."""
        m, h = moving_average(memory[0], here.gradient, self.beta1), memory[1]
        if t % self.every == 0:
            h = moving_average(h, diagonal(here), self.beta2)
        direction = np.clip(m / np.maximum(self.scale * h, self.epsilon), -1.0, 1.0)
        return -rate * (direction + self.weight_decay * here.theta), (m, h)
