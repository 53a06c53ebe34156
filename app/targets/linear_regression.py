"""Bayesian linear regression."""

from __future__ import annotations

from typing import Literal

import numpy as np

from app.core.inference import Reference
from app.core.interfaces import Array
from app.core.spec import Real, Whole, control
from app.targets._base import Density, Facts, Parts, TargetEntry
from app.targets._bridge import gaussian_density
from app.targets._energies import Sum
from app.targets._linear import (
    GaussianMisfit,
    Points,
    drawn_at,
    hull,
    polynomial_names,
    powers,
    predictive_of,
    with_exact_band,
)

DEFAULT = ((-0.9, -0.8), (-0.5, -0.5), (-0.1, -0.35), (0.2, -0.15), (0.6, 0.05), (0.95, 0.2))


class LinearRegression(TargetEntry):
    """t = Σ wⱼxʲ + noise of precision β, w ~ N(0, α⁻¹I): conjugate, so everything is known.

    A = αI + βΦᵀΦ, m = βA⁻¹Φᵀt and ln Z = ½(M ln α + N ln β − N ln 2π − ln|A|) − ½β‖t − Φm‖² − ½α‖m‖². m is the ridge
    solution with λ = α/β.

    Reference: Bishop 2006, section 3.3 (eqs. 3.53, 3.54) and 3.5.1 (eq. 3.86).
    """

    kind: Literal["linear_regression"] = "linear_regression"
    title = "Linear regression"
    summary = "A polynomial through points: prior, likelihood and posterior are Gaussian, and Z has a formula."
    reference = "Bishop 2006, Pattern Recognition and Machine Learning, sections 3.3 and 3.5, eqs. 3.53, 3.54, 3.86"
    formula = (
        r"t = \sum_j w_j x^j + \varepsilon, \quad \varepsilon \sim \mathcal N(0, \beta^{-1}), "
        r"\; w \sim \mathcal N(0, \alpha^{-1} I)"
    )

    points: Points = control(DEFAULT, "Data", description="examples [x, t]")
    degree: Whole = control(1, "Degree", symbol="M−1", ge=0, le=12, slider=(0, 9))
    alpha: Real = control(2.0, "Prior precision", symbol="α", scale="log", gt=1e-6, le=1e6, slider=(0.01, 100))
    beta: Real = control(25.0, "Noise precision", symbol="β", scale="log", gt=1e-6, le=1e8, slider=(0.1, 1000))

    def posterior(self) -> tuple[Array, Array]:
        """(m, A)."""
        features, t = self._design()
        precision = self.alpha * np.eye(self.degree + 1) + self.beta * features.T @ features
        return self.beta * np.linalg.solve(precision, features.T @ t), precision

    def build(self) -> Density:
        features, t = self._design()
        mean, precision = self.posterior()
        covariance = np.linalg.inv(precision)
        prior = gaussian_density(np.zeros_like(mean), np.eye(len(mean)) / self.alpha)
        misfit = GaussianMisfit(features, t, self.beta)
        log_evidence = -float(prior.value(mean) + misfit.value(mean)) + 0.5 * float(
            len(mean) * np.log(2 * np.pi) - np.linalg.slogdet(precision)[1]
        )
        root = np.linalg.cholesky(covariance)
        band = predictive_of(self.points, self.degree, np.asarray, self.beta**-0.5)
        facts = Facts(
            reference=lambda: Reference(log_evidence, mean, covariance, "closed form", 0.0),
            sample=lambda rng, count: mean + rng.standard_normal((count, len(mean))) @ root.T,
            parts=Parts(prior, misfit),
            batches=misfit.batches(),
            predictive=with_exact_band(band, self.degree, mean, covariance),
            seconds=1.5e-7 + 2e-9 * features.size,
        )
        spread = np.sqrt(np.diagonal(covariance))
        box = hull(mean, spread, 6.0, np.full(len(mean), self.alpha**-0.5))
        return Density(Sum((prior, misfit)), box, polynomial_names(self.degree), facts)

    def simulated(self, theta: Array, rng: np.random.Generator) -> LinearRegression:
        """t = φᵀθ + noise at the same inputs."""
        features, _ = self._design()
        return self.model_copy(update={"points": drawn_at(self.points, rng.normal(features @ theta, self.beta**-0.5))})

    def _design(self) -> tuple[Array, Array]:
        data = np.array(self.points, dtype=np.float64).reshape(-1, 2)
        return powers(data[:, 0], self.degree), data[:, 1]
