"""The sum of squares."""

from __future__ import annotations

from typing import Literal

import numpy as np

from app.core.interfaces import Array
from app.regularisers._base import Regulariser


class L2(Regulariser):
    """λ Σ θᵢ²: gradient 2λθ, Hessian 2λI. The negative log of a Gaussian prior of variance 1/(2λ), up to a constant."""

    kind: Literal["l2"] = "l2"
    title = "L2"
    summary = "Pulls every parameter towards zero in proportion to its size: ridge regression, weight decay."
    reference = "Hoerl & Kennard 1970, Ridge regression, Technometrics 12(1); Bishop 2006, eq. 3.27 (there λ/2)"
    formula = r"\lambda \sum_i \theta_i^2"

    def value(self, theta: Array, weights: Array) -> Array:
        squares: Array = np.einsum("...i,...i->...", theta, self.penalised(theta, weights))
        return self.strength * squares

    def gradient(self, theta: Array, weights: Array) -> Array:
        return 2 * self.strength * self.penalised(theta, weights)

    def hvp(self, theta: Array, v: Array, weights: Array) -> Array:
        return self.gradient(v, weights)

    def prox(self, theta: Array, weights: Array, step: float) -> Array:
        """θ/(1 + 2λ·step)."""
        return theta / (1 + 2 * step * self.strength * self.mask(weights))
