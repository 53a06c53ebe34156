"""A ring."""

from __future__ import annotations

from math import exp, log, pi, sqrt
from typing import Literal

import numpy as np
import scipy

from app.core.inference import Reference
from app.core.interfaces import Array
from app.core.spec import Real, control
from app.objectives.expression import sqrt as root
from app.objectives.expression import variables
from app.targets._base import Density, Facts, TargetEntry
from app.targets._plane import plane_density


class Ring(TargetEntry):
    """p̃ = exp(−(r − R)²/2s²), r = √(x² + y²).

    With Iₙ = ∫₀^∞ rⁿ exp(−(r − R)²/2s²) dr: Z = 2πI₁ and each variance is I₃/2I₁; I₀ = s√(2π)Φ(R/s),
    I₁ = R I₀ + s² e^{−R²/2s²}, Iₙ₊₁ = R Iₙ + n s² Iₙ₋₁.
    """

    kind: Literal["ring"] = "ring"
    title = "Ring"
    summary = "A ridge without an end: its mean is where its density is least, and no Gaussian resembles it."
    reference = "Betancourt 2017, A conceptual introduction to Hamiltonian Monte Carlo, arXiv:1701.02434, section 2"
    formula = r"\tilde p(x, y) = \exp\left(-\frac{(\sqrt{x^2 + y^2} - R)^2}{2 s^2}\right)"

    radius: Real = control(3.0, "Radius", symbol="R", ge=0.1, le=100, slider=(0.5, 10))
    width: Real = control(0.3, "Width", symbol="s", scale="log", gt=0.005, le=10, slider=(0.05, 2))

    def build(self) -> Density:
        x, y = variables()
        energy = (root(x**2 + y**2) - self.radius) ** 2 / (2 * self.width**2)
        reach = self.radius + 6 * self.width
        return plane_density(energy, (-reach, reach, -reach, reach), Facts(self._moments, self._sample))

    def _moments(self) -> Reference:
        big, s2 = self.radius, self.width**2
        i0 = self.width * sqrt(2 * pi) * float(scipy.special.ndtr(big / self.width))
        i1 = big * i0 + s2 * exp(-(big**2) / (2 * s2))
        i2 = big * i1 + s2 * i0
        i3 = big * i2 + 2 * s2 * i1
        return Reference(log(2 * pi * i1), np.zeros(2), np.eye(2) * i3 / (2 * i1), "closed form", 0.0)

    def _sample(self, rng: np.random.Generator, count: int) -> Array:
        """r by rejection from N(R + δ, s²), under which r e^{−δ(r−R)/s²} is bounded; the angle is uniform."""
        delta = 0.5 * (sqrt(self.radius**2 + 4 * self.width**2) - self.radius)
        peak = self.width**2 / delta
        radii = np.empty(0)
        while len(radii) < count:
            r = self.radius + delta + self.width * rng.standard_normal(2 * count)
            with np.errstate(over="ignore"):
                keep = rng.random(2 * count) < r / peak * np.exp(1 - r / peak)
            radii = np.concatenate([radii, r[keep & (r > 0)]])
        angle = 2 * pi * rng.random(count)
        return np.asarray(radii[:count, None] * np.stack([np.cos(angle), np.sin(angle)], axis=-1))
