"""A mixture of Gaussians."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from app.core.inference import Reference
from app.core.interfaces import Array
from app.core.spec import Coordinate, Real, Spec, Whole, control
from app.targets._base import Density, Facts, TargetEntry
from app.targets._energies import LOG_2PI, Energy, numbered


class Component(Spec):
    """One Gaussian: its weight (relative to the others), its centre in every coordinate, its standard deviation."""

    weight: Real = control(1.0, "Weight", symbol="π", scale="log", gt=0, le=1e6, slider=(0.05, 20))
    mean: Coordinate = control(0.0, "Centre", symbol="m", slider=(-10, 10))
    sd: Real = control(1.0, "Standard deviation", symbol="s", scale="log", gt=1e-3, le=1e3, slider=(0.1, 10))


Components = Annotated[tuple[Component, ...], Field(min_length=1, max_length=10)]
DEFAULT = (Component(weight=0.3, mean=-2.0, sd=0.5), Component(weight=0.7, mean=2.0, sd=1.0))


class MixtureEnergy(Energy):
    """−ln Σ πₖ N(θ; mₖ1, sₖ²I)."""

    def __init__(self, dim: int, weights: Array, means: Array, sds: Array) -> None:
        super().__init__(dim)
        self.log_scale = np.log(weights) - dim * (np.log(sds) + 0.5 * LOG_2PI)
        self.means, self.variances = means, sds**2

    def _shares(self, theta: Array) -> tuple[Array, Array, Array]:
        """(−ln p, responsibilities ``(..., K)``, pulls (θ − mₖ)/sₖ² ``(..., K, d)``)."""
        away = theta[..., None, :] - self.means[:, None]
        logs = self.log_scale - 0.5 * (away**2).sum(axis=-1) / self.variances
        top = logs.real.max(axis=-1, keepdims=True)
        parts = np.exp(logs - top)
        total = parts.sum(axis=-1, keepdims=True)
        return -(top + np.log(total))[..., 0], parts / total, away / self.variances[:, None]

    def value_and_gradient(self, theta: Array) -> tuple[Array, Array]:
        value, shares, pulls = self._shares(theta)
        return value, np.einsum("...k,...kd->...d", shares, pulls)

    def hessian(self, theta: Array) -> Array:
        _, shares, pulls = self._shares(theta)
        mean = np.einsum("...k,...kd->...d", shares, pulls)
        spread = np.einsum("...k,...ki,...kj->...ij", shares, pulls, pulls)
        inverse = (shares / self.variances).sum(axis=-1)[..., None, None] * np.eye(self.dim)
        return np.asarray(inverse - spread + mean[..., :, None] * mean[..., None, :])


class Mixture(TargetEntry):
    """p = Σ πₖ N(mₖ1, sₖ²I): normalised; mean Σπₖmₖ, covariance Σπₖ(sₖ²I + mₖ²11ᵀ) − mean·meanᵀ."""

    kind: Literal["mixture"] = "mixture"
    title = "Gaussian mixture"
    summary = "Separate hills: a chain may never see the other one, and a single Gaussian must choose one of them."
    reference = "Bishop 2006, Pattern Recognition and Machine Learning, sections 2.3.9 and 10.1.2 (fig. 10.3)"
    formula = r"p(\theta) = \sum_k \pi_k\, \mathcal N(\theta \mid m_k \mathbf 1, s_k^2 I)"

    components: Components = control(DEFAULT, "Components")
    dim: Whole = control(1, "Dimension", symbol="d", ge=1, le=20, slider=(1, 10))

    def build(self) -> Density:
        weights = np.array([c.weight for c in self.components])
        means, sds = (np.array([getattr(c, name) for c in self.components]) for name in ("mean", "sd"))
        weights = weights / weights.sum()
        low, high = (means - 6.5 * sds).min(), (means + 6.5 * sds).max()

        def draw(rng: np.random.Generator, count: int) -> Array:
            which = rng.choice(len(weights), count, p=weights)
            return np.asarray(means[which, None] + sds[which, None] * rng.standard_normal((count, self.dim)))

        facts = Facts(reference=lambda: self._moments(weights, means, sds), sample=draw, seconds=2e-6)
        energy = MixtureEnergy(self.dim, weights, means, sds)
        return Density(energy, np.tile([low, high], (self.dim, 1)), numbered(self.dim), facts)

    def _moments(self, weights: Array, means: Array, sds: Array) -> Reference:
        mean = float(weights @ means)
        shared, own = float(weights @ means**2) - mean**2, float(weights @ sds**2)
        covariance = np.full((self.dim, self.dim), shared) + own * np.eye(self.dim)
        return Reference(0.0, np.full(self.dim, mean), covariance, "closed form", 0.0)
