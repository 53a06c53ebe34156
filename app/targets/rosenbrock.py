"""The Rosenbrock density."""

from __future__ import annotations

from math import log, pi, sqrt
from typing import Literal

import numpy as np

from app.core.inference import Reference
from app.core.interfaces import Array
from app.core.spec import Real, control
from app.objectives.expression import variables
from app.targets._base import Density, Facts, TargetEntry
from app.targets._plane import plane_density


class RosenbrockDensity(TargetEntry):
    """p̃ = exp(−[b(y − x²)² + (a − x)²]/T): x ~ N(a, T/2) and y given x ~ N(x², T/2b); Z = πT/√b.

    Its ridge is thin: a coarse grid falls beside it and lies, and a sampler that looks healthy may have seen a part.
    """

    kind: Literal["rosenbrock"] = "rosenbrock"
    title = "Rosenbrock density"
    summary = "The famous valley as a density: a long thin ridge on which coarse grids and hasty samplers lie."
    reference = "Goodman & Weare 2010, Ensemble samplers with affine invariance, CAMCoS 5(1), eq. 31"
    formula = r"\tilde p(x, y) = \exp\left(-\left[b\,(y - x^2)^2 + (a - x)^2\right] / T\right)"

    a: Real = control(1.0, "Centre", symbol="a", ge=-10, le=10)
    b: Real = control(100.0, "Steepness", symbol="b", scale="log", gt=0.01, le=1e4, slider=(1, 1000))
    temperature: Real = control(20.0, "Temperature", symbol="T", scale="log", gt=0.01, le=1e3, slider=(0.1, 100))

    def build(self) -> Density:
        x, y = variables()
        energy = (self.b * (y - x**2) ** 2 + (self.a - x) ** 2) / self.temperature
        across, along = sqrt(self.temperature / (2 * self.b)), sqrt(self.temperature / 2)
        unit = along / sqrt(10)
        reach = 13 * unit
        top = (abs(self.a) + reach) ** 2 + max(4 * unit, 5 * across)
        window = (self.a - reach, self.a + reach, -max(5 * unit, 5 * across), top)
        return plane_density(energy, window, Facts(reference=self._moments, sample=self._sample))

    def _moments(self) -> Reference:
        v, a = self.temperature / 2, self.a
        covariance = np.array([[v, 2 * a * v], [2 * a * v, 4 * a * a * v + 2 * v * v + v / self.b]])
        log_evidence = log(pi * self.temperature) - 0.5 * log(self.b)
        return Reference(log_evidence, np.array([a, a * a + v]), covariance, "closed form", 0.0)

    def _sample(self, rng: np.random.Generator, count: int) -> Array:
        v = self.temperature / 2
        x = self.a + sqrt(v) * rng.standard_normal(count)
        return np.stack([x, x**2 + sqrt(v / self.b) * rng.standard_normal(count)], axis=-1)
