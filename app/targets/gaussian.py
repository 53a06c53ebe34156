"""A correlated Gaussian."""

from __future__ import annotations

from typing import Literal

import numpy as np

from app.core.inference import Reference
from app.core.interfaces import Array
from app.core.spec import Real, Whole, control
from app.targets._base import Density, Facts, TargetEntry, box_of
from app.targets._energies import GaussianEnergy, numbered


class CorrelatedGaussian(TargetEntry):
    """N(0, Σ) with Σᵢⱼ = sᵢsⱼρ^{|i−j|}; the scales sᵢ run from 1 to ``spread`` evenly in their logarithm.

    Its precision is tridiagonal for equal scales. For d = 2, mean-field variational inference loses −½ ln(1 − ρ²).
    """

    kind: Literal["gaussian"] = "gaussian"
    title = "Correlated Gaussian"
    summary = "Everything is known of it; raise ρ and see which methods mind that coordinates depend on each other."
    reference = "Bishop 2006, Pattern Recognition and Machine Learning, section 10.1.2 and fig. 10.2"
    formula = r"p(\theta) = \mathcal N(\theta \mid 0, \Sigma), \quad \Sigma_{ij} = s_i s_j\, \rho^{|i-j|}"

    dim: Whole = control(2, "Dimension", symbol="d", ge=1, le=100, slider=(1, 20))
    correlation: Real = control(0.9, "Correlation", symbol="ρ", ge=-0.999, le=0.999, description="of neighbours")
    spread: Real = control(
        1.0, "Spread of scales", symbol="s", scale="log", ge=1.0, le=1000.0, description="largest over smallest scale"
    )

    def covariance(self) -> Array:
        """Σ, ``(d, d)``."""
        index = np.arange(self.dim)
        scales = self.spread ** (index / max(1, self.dim - 1))
        return np.asarray(self.correlation ** np.abs(index[:, None] - index) * scales[:, None] * scales)

    def build(self) -> Density:
        covariance, mean = self.covariance(), np.zeros(self.dim)
        root = np.linalg.cholesky(covariance)
        inverse = np.linalg.inv(root)
        facts = Facts(
            reference=lambda: Reference(0.0, mean, covariance, "closed form", 0.0),
            sample=lambda rng, count: rng.standard_normal((count, self.dim)) @ root.T,
        )
        energy = GaussianEnergy(mean, inverse.T @ inverse)
        return Density(energy, box_of(mean, np.sqrt(np.diagonal(covariance))), numbered(self.dim), facts)
