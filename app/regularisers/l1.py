"""The sum of magnitudes."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from app.core.interfaces import Array
from app.regularisers._base import Regulariser
from app.regularisers._soft import sign, soft


class L1(Regulariser):
    """λ Σ |θᵢ|: subgradient λ sign θ with sign 0 = 0, Hessian 0 away from zero. A Laplace prior of scale 1/λ."""

    kind: Literal["l1"] = "l1"
    title = "L1"
    summary = "Pulls every parameter towards zero with the same force, so that unneeded ones end there: the lasso."
    reference = "Tibshirani 1996, Regression shrinkage and selection via the lasso, JRSS B 58(1), eq. 1"
    formula = r"\lambda \sum_i \left|\theta_i\right|"
    corners: ClassVar[bool] = True

    def value(self, theta: Array, weights: Array) -> Array:
        magnitudes: Array = np.einsum("...i,...i->...", theta, self.penalised(sign(theta), weights))
        return self.strength * magnitudes

    def gradient(self, theta: Array, weights: Array) -> Array:
        return self.strength * self.penalised(sign(theta), weights)

    def hvp(self, theta: Array, v: Array, weights: Array) -> Array:
        return np.zeros_like(v)

    def prox(self, theta: Array, weights: Array, step: float) -> Array:
        """Soft thresholding at λ·step (Parikh & Boyd 2014, section 6.5.2)."""
        return soft(theta, step * self.strength * self.mask(weights))

    def critical_strength(self, gradient: Array, weights: Array) -> Array:
        """‖∇L‖_∞."""
        return np.asarray(np.abs(self.penalised(gradient, weights)).max(axis=-1))
