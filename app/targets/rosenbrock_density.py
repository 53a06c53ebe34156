"""Rosenbrock's valley as a density."""

from __future__ import annotations

from math import log, pi
from typing import ClassVar, Literal

import numpy as np

from app.core.inference import Reference
from app.core.interfaces import Array
from app.core.spec import Real, control
from app.objectives.expression import variables
from app.targets._base import Density, Facts, TargetEntry
from app.targets._plane import plane_density

STEEPNESS = 100.0


class RosenbrockDensity(TargetEntry):
    """exp{−[100(y − x²)² + (1 − x)²]/T}: x ~ N(1, T/2) and y given x ~ N(x², T/200), Z = πT/10.

    At T = 20 the mean is (1, 11) and the variances are 10 and 240.1; coarse grids and short chains report otherwise.

    Reference: Goodman & Weare 2010, Ensemble samplers with affine invariance, section 4.2 (a = 1, b = 100 over 20).
    """

    kind: Literal["rosenbrock_density"] = "rosenbrock_density"
    title: ClassVar[str] = "Rosenbrock density"
    summary: ClassVar[str] = (
        "The optimisers' valley as a posterior: its far arms hold much of the mean; chains that miss them lie."
    )
    reference: ClassVar[str] = (
        "Goodman & Weare 2010, Ensemble samplers with affine invariance, Comm. Appl. Math. Comp. Sci. 5(1), section 4.2"
    )
    formula: ClassVar[str] = r"p(x, y) \propto \exp\left(-\frac{100\,(y - x^2)^2 + (1 - x)^2}{T}\right)"

    temperature: Real = control(20.0, "Temperature", symbol="T", scale="log", gt=0, le=1000, slider=(0.5, 50))

    def build(self) -> Density:
        x, y = variables()
        energy = (STEEPNESS * (y - x**2) ** 2 + (1 - x) ** 2) / self.temperature
        deviation = np.sqrt(self.temperature / 2)
        reach = 1 + 6 * deviation
        window = (1 - 6 * deviation, reach, -deviation, reach**2 + deviation)
        return plane_density(energy, window, Facts(reference=self._moments, sample=self._sample))

    def _moments(self) -> Reference:
        a = self.temperature / 2
        b = self.temperature / (2 * STEEPNESS)
        covariance = np.array([[a, 2 * a], [2 * a, 4 * a + 2 * a**2 + b]])
        return Reference(log(pi * self.temperature / 10), np.array([1.0, 1 + a]), covariance, "closed form", 0.0)

    def _sample(self, rng: np.random.Generator, count: int) -> Array:
        x = 1 + np.sqrt(self.temperature / 2) * rng.standard_normal(count)
        y = x**2 + np.sqrt(self.temperature / (2 * STEEPNESS)) * rng.standard_normal(count)
        return np.stack([x, y], axis=-1)
