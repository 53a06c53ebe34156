"""Magnitudes and squares together."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from app.core.interfaces import Array
from app.core.spec import Real, control
from app.regularisers._base import Regulariser
from app.regularisers._soft import sign, soft


class ElasticNet(Regulariser):
    """λ Σ (ρ|θᵢ| + (1 − ρ)θᵢ²): L1 at ρ = 1, L2 at ρ = 0.

    scikit-learn's ``ElasticNet(alpha, l1_ratio)`` halves its loss and its squares: its α·l1_ratio is λρ/2 here and its
    α(1 − l1_ratio) is λ(1 − ρ). Zou and Hastie's rescaling of the estimate by 1 + λ₂ is left out, as it is there.
    """

    kind: Literal["elastic_net"] = "elastic_net"
    ratio: Real = control(
        0.5,
        "Share of L1",
        symbol="ρ",
        gt=0,
        le=1,
        description="of the penalty; the rest is L2, which keeps correlated inputs together",
    )
    title = "Elastic net"
    summary = "L1 for exact zeros and L2 for company: correlated inputs come and go together instead of one for all."
    reference = "Zou & Hastie 2005, Regularization and variable selection via the elastic net, JRSS B 67(2), eq. 3"
    formula = r"\lambda \sum_i \left(\rho \left|\theta_i\right| + (1 - \rho)\,\theta_i^2\right)"
    corners: ClassVar[bool] = True

    def value(self, theta: Array, weights: Array) -> Array:
        slope = self.ratio * sign(theta) + (1 - self.ratio) * theta
        total: Array = np.einsum("...i,...i->...", theta, self.penalised(slope, weights))
        return self.strength * total

    def gradient(self, theta: Array, weights: Array) -> Array:
        slope = self.ratio * sign(theta) + 2 * (1 - self.ratio) * theta
        return self.strength * self.penalised(slope, weights)

    def hvp(self, theta: Array, v: Array, weights: Array) -> Array:
        return 2 * self.strength * (1 - self.ratio) * self.penalised(v, weights)

    def prox(self, theta: Array, weights: Array, step: float) -> Array:
        """Soft thresholding, then shrinking (Parikh & Boyd 2014, section 6.5.3)."""
        pull = step * self.strength * self.mask(weights)
        return soft(theta, self.ratio * pull) / (1 + 2 * (1 - self.ratio) * pull)

    def critical_strength(self, gradient: Array, weights: Array) -> Array:
        """‖∇L‖_∞/ρ."""
        return np.asarray(np.abs(self.penalised(gradient, weights)).max(axis=-1) / self.ratio)
