"""Eight schools."""

from __future__ import annotations

from typing import Literal

import numpy as np

from app.core.interfaces import Array
from app.core.spec import Real, control
from app.targets._base import Density, Facts, Parts, TargetEntry
from app.targets._energies import LOG_2PI, Energy, Sum
from app.targets._schools import EFFECTS, ERRORS, SCHOOLS, schools_reference
from app.targets._transforms import EXP, IDENTITY, Transform

DIM = SCHOOLS + 2


class SchoolsPrior(Energy):
    """μ ~ N(0, s²), τ ~ half-Cauchy(c) in ln τ, and the schools: θⱼ ~ N(μ, τ²), or ηⱼ ~ N(0, 1) where not centred."""

    def __init__(self, scale: float, cauchy: float, centred: bool) -> None:
        super().__init__(DIM)
        self.scale, self.cauchy, self.centred = scale, cauchy, centred
        schools = 0.5 * SCHOOLS * LOG_2PI
        self.constant = 0.5 * LOG_2PI + np.log(scale) + np.log(np.pi * cauchy / 2) + schools

    def value_and_gradient(self, theta: Array) -> tuple[Array, Array]:
        mu, log_tau = theta[..., 0], theta[..., 1]
        ratio = np.exp(2 * log_tau) / self.cauchy**2
        value, gradient = self._schools(theta)
        value = value + 0.5 * (mu / self.scale) ** 2 + np.log1p(ratio) - log_tau + self.constant
        gradient[..., 0] += mu / self.scale**2
        gradient[..., 1] += 2 * ratio / (1 + ratio) - 1
        return value, gradient

    def _schools(self, theta: Array) -> tuple[Array, Array]:
        gradient, effects = np.zeros_like(theta), theta[..., 2:]
        if not self.centred:
            gradient[..., 2:] = effects
            return 0.5 * (effects**2).sum(axis=-1), gradient
        narrow = np.exp(-2 * theta[..., 1])
        away = effects - theta[..., :1]
        half = 0.5 * (away**2).sum(axis=-1) * narrow
        gradient[..., 2:] = away * narrow[..., None]
        gradient[..., 0] = -gradient[..., 2:].sum(axis=-1)
        gradient[..., 1] = SCHOOLS - 2 * half
        return half + SCHOOLS * theta[..., 1], gradient

    def hessian(self, theta: Array) -> Array:
        hessian = np.zeros((*theta.shape, DIM), theta.dtype)
        ratio = np.exp(2 * theta[..., 1]) / self.cauchy**2
        hessian[..., 0, 0] = 1 / self.scale**2
        hessian[..., 1, 1] = 4 * ratio / (1 + ratio) ** 2
        index = np.arange(2, DIM)
        if not self.centred:
            hessian[..., index, index] = 1.0
            return hessian
        narrow = np.exp(-2 * theta[..., 1])
        pull = (theta[..., 2:] - theta[..., :1]) * narrow[..., None]
        hessian[..., 0, 0] += SCHOOLS * narrow
        hessian[..., 1, 1] += 2 * (pull**2).sum(axis=-1) / narrow
        hessian[..., 0, 1] = hessian[..., 1, 0] = 2 * pull.sum(axis=-1)
        hessian[..., index, index] = narrow[..., None]
        hessian[..., 0, 2:] = hessian[..., 2:, 0] = -narrow[..., None]
        hessian[..., 1, 2:] = hessian[..., 2:, 1] = -2 * pull
        return hessian

    def draw(self, rng: np.random.Generator, count: int) -> Array:
        """Independent draws ``(count, 10)``."""
        mu = self.scale * rng.standard_normal((count, 1))
        tau = self.cauchy * np.tan(0.5 * np.pi * (1 - rng.random((count, 1))))
        effects = rng.standard_normal((count, SCHOOLS))
        return np.concatenate([mu, np.log(tau), mu + tau * effects if self.centred else effects], axis=-1)


class SchoolsMisfit(Energy):
    """−ln Π N(yⱼ; θⱼ, σⱼ²); not centred, θⱼ = μ + τηⱼ."""

    def __init__(self, centred: bool) -> None:
        super().__init__(DIM)
        self.centred = centred
        self.constant = 0.5 * SCHOOLS * LOG_2PI + float(np.log(ERRORS).sum())

    def value_and_gradient(self, theta: Array) -> tuple[Array, Array]:
        gradient = np.zeros_like(theta)
        tau = np.exp(theta[..., 1:2])
        effects = theta[..., 2:] if self.centred else theta[..., :1] + tau * theta[..., 2:]
        pull = (effects - EFFECTS) / ERRORS**2
        value = 0.5 * (pull * (effects - EFFECTS)).sum(axis=-1) + self.constant
        gradient[..., 2:] = pull if self.centred else pull * tau
        if not self.centred:
            gradient[..., 0] = pull.sum(axis=-1)
            gradient[..., 1] = (gradient[..., 2:] * theta[..., 2:]).sum(axis=-1)
        return value, gradient

    def hessian(self, theta: Array) -> Array:
        hessian = np.zeros((*theta.shape, DIM), theta.dtype)
        index, inverse = np.arange(2, DIM), 1 / ERRORS**2
        if self.centred:
            hessian[..., index, index] = inverse
            return hessian
        tau, eta = np.exp(theta[..., 1:2]), theta[..., 2:]
        pull = (theta[..., :1] + tau * eta - EFFECTS) * inverse
        by_effect = tau * inverse
        hessian[..., 0, 0] = inverse.sum()
        hessian[..., 0, 1] = hessian[..., 1, 0] = (by_effect * eta).sum(axis=-1)
        hessian[..., 1, 1] = (by_effect * tau * eta**2 + pull * tau * eta).sum(axis=-1)
        hessian[..., 0, 2:] = hessian[..., 2:, 0] = by_effect
        hessian[..., 1, 2:] = hessian[..., 2:, 1] = by_effect * tau * eta + pull * tau
        hessian[..., index, index] = by_effect * tau
        return hessian


class EightSchools(TargetEntry):
    """yⱼ ~ N(θⱼ, σⱼ²), θⱼ ~ N(μ, τ²), μ ~ N(0, s²), τ ~ half-Cauchy(c), in μ, ln τ and eight θⱼ (or ηⱼ = (θⱼ − μ)/τ).

    Given τ all else is Gaussian, so that one integral over ln τ is left.
    """

    kind: Literal["eight_schools"] = "eight_schools"
    title = "Eight schools"
    summary = "A small hierarchy that is famously hard centred and easy not: the neck at small τ is a funnel."
    reference = "Rubin 1981, Estimation in parallel randomized experiments; Gelman et al. 2013, BDA, section 5.5"
    formula = r"y_j \sim \mathcal N(\theta_j, \sigma_j^2), \quad \theta_j \sim \mathcal N(\mu, \tau^2)"

    centred: bool = control(False, "Centred", description="off: in ηⱼ = (θⱼ − μ)/τ")
    scale: Real = control(5.0, "Prior of μ", symbol="s", gt=0.01, le=100)
    cauchy: Real = control(5.0, "Prior of τ", symbol="c", gt=0.01, le=100)

    def build(self) -> Density:
        energy, misfit = SchoolsPrior(self.scale, self.cauchy, self.centred), SchoolsMisfit(self.centred)
        letter = "θ" if self.centred else "η"
        names = ("μ", "ln τ", *(f"{letter}{i + 1}" for i in range(SCHOOLS)))
        box = self._box()
        prior = Density(energy, box, names, Facts(sample=energy.draw))
        transform = Transform((IDENTITY, EXP, *[IDENTITY] * SCHOOLS), ("μ", "τ", *names[2:]))
        facts = Facts(
            reference=lambda: schools_reference(self.scale, self.cauchy, self.centred),
            parts=Parts(prior, misfit),
            transform=transform,
            seconds=3e-6,
        )
        return Density(Sum((prior, misfit)), box, names, facts)

    def _box(self) -> Array:
        """From what the data allow: τ from a thousandth to a thousand times its scale's order."""
        reach = np.max(np.abs(EFFECTS)) + 4 * ERRORS.max()
        schools = (-reach, reach) if self.centred else (-6.0, 6.0)
        return np.array([(-6 * self.scale, 6 * self.scale), (-8.0, 6.0), *[schools] * SCHOOLS])
