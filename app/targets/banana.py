"""A soft banana."""

from __future__ import annotations

from math import log, pi
from typing import Literal

import numpy as np

from app.core.inference import Reference
from app.core.interfaces import Array
from app.core.spec import Real, control
from app.objectives.expression import variables
from app.targets._base import Density, Facts, TargetEntry
from app.targets._plane import plane_density


class Banana(TargetEntry):
    """x ~ N(0, s²) and y given x ~ N(b x², 1): normalised, mean (0, bs²), variances (s², 1 + 2b²s⁴), uncorrelated."""

    kind: Literal["banana"] = "banana"
    title = "Banana"
    summary = "A bent Gaussian with everything known: right samplers agree with its moments, wrong ones do not."
    reference = (
        "Haario, Saksman & Tamminen 1999, Adaptive proposal distribution, Computational Statistics 14, section 4"
    )
    formula = r"p(x, y) = \mathcal N(x \mid 0, s^2)\;\mathcal N(y \mid b x^2, 1)"

    bend: Real = control(0.25, "Bend", symbol="b", ge=0, le=10, slider=(0, 2))
    width: Real = control(2.0, "Width", symbol="s", gt=0.01, le=100, slider=(0.5, 5))

    def build(self) -> Density:
        x, y = variables()
        energy = x**2 / (2 * self.width**2) + (y - self.bend * x**2) ** 2 / 2 + log(2 * pi * self.width)
        reach = 6 * self.width
        window = (-reach, reach, -6.0, 6.0 + self.bend * reach**2)
        return plane_density(energy, window, Facts(reference=self._moments, sample=self._sample))

    def _moments(self) -> Reference:
        s2 = self.width**2
        covariance = np.diag([s2, 1 + 2 * self.bend**2 * s2**2])
        return Reference(0.0, np.array([0.0, self.bend * s2]), covariance, "closed form", 0.0)

    def _sample(self, rng: np.random.Generator, count: int) -> Array:
        x = self.width * rng.standard_normal(count)
        return np.stack([x, self.bend * x**2 + rng.standard_normal(count)], axis=-1)
