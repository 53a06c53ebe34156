"""From something easy to the target: a normalised density with exact draws, and the misfit that leads from it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from app.core.inference import Target
from app.core.interfaces import Array, Objective
from app.targets._base import Density, Facts
from app.targets._energies import GaussianEnergy, Sum, numbered, tempered

BROAD = 3.0
"""The Gaussian that stands in for a prior has the box's half width as this many standard deviations."""


class Bridge(NamedTuple):
    """p̃ = base · exp(−misfit): prior and likelihood of a posterior, else a broad Gaussian and the rest.

    Attributes:
        base: normalised, with exact draws.
        misfit: −ln(p̃/base).
    """

    base: Density
    misfit: Objective

    def at(self, beta: float) -> Sum:
        """base · exp(−β·misfit)."""
        return tempered(self.base, self.misfit, beta)

    def draw(self, rng: np.random.Generator, count: int) -> Array:
        """Exact draws of the base, ``(count, d)``."""
        drawn = self.base.sample(rng, count)
        assert drawn is not None
        return drawn


def bridge_to(target: Target) -> Bridge:
    """The bridge of a target."""
    parts = target.facts.parts if isinstance(target, Density) else None
    if parts is not None:
        return Bridge(parts.prior, parts.misfit)
    centre, spread = target.box.mean(axis=-1), (target.box[:, 1] - target.box[:, 0]) / (2 * BROAD)
    base = gaussian_density(centre, np.diag(spread**2))
    return Bridge(base, Sum((base, target), (-1.0, 1.0)))


def gaussian_density(mean: Array, covariance: Array) -> Density:
    """N(mean, covariance), normalised, with exact draws."""
    root = np.linalg.cholesky(covariance)
    inverse = np.linalg.inv(root)
    spread = np.sqrt(np.diagonal(covariance))
    box = np.stack([mean - 6 * spread, mean + 6 * spread], axis=-1)
    facts = Facts(sample=lambda rng, count: mean + rng.standard_normal((count, len(mean))) @ root.T)
    return Density(GaussianEnergy(mean, inverse.T @ inverse), box, numbered(len(mean)), facts)
