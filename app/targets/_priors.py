"""Priors that people choose: Gaussian (L2 seen as a density) and Laplace (L1)."""

from __future__ import annotations

from typing import Literal

import numpy as np

from app.core.interfaces import Array
from app.core.spec import Real, Spec, control
from app.targets._base import Density, Facts
from app.targets._bridge import gaussian_density
from app.targets._energies import LaplaceEnergy, numbered


class Prior(Spec):
    """θᵢ ~ N(0, s²), which is L2 with strength 1/2s², or Laplace of scale s, which is L1 with strength 1/s."""

    family: Literal["gaussian", "laplace"] = control("gaussian", "Family")
    scale: Real = control(1.0, "Scale", symbol="s", scale="log", gt=1e-4, le=1e4, slider=(0.1, 10))

    def build(self, dim: int) -> Density:
        """The normalised density, with exact draws."""
        if self.family == "gaussian":
            return gaussian_density(np.zeros(dim), np.eye(dim) * self.scale**2)
        reach = 25.0 * self.scale
        facts = Facts(sample=lambda rng, count: rng.laplace(0.0, self.scale, (count, dim)))
        return Density(LaplaceEnergy(dim, self.scale), np.tile([-reach, reach], (dim, 1)), numbered(dim), facts)

    def reach(self, dim: int) -> Array:
        """A box for what it is a prior of, ``(d, 2)``."""
        half = self.scale * (6.0 if self.family == "gaussian" else 25.0)
        return np.tile([-half, half], (dim, 1))
