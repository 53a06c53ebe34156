"""A soft banana."""

from __future__ import annotations

from math import log, pi
from typing import Literal

import numpy as np

from app.core.calls import Call, numbers
from app.core.inference import Reference
from app.core.interfaces import Array
from app.core.memory import aligned
from app.core.spec import Real, control
from app.objectives.surface import NAMES
from app.targets._base import Density, Facts, TargetEntry
from app.targets._energies import Swept
from app.targets._sweeps import Place, Sweep


class BananaEnergy(Swept):
    """x²/2s² + (y − bx²)²/2 + ln 2πs, with its derivatives written out: chains spend all their time here."""

    def __init__(self, bend: float, width: float) -> None:
        super().__init__(2)
        self.bend, self.scale, self.constant = bend, 1 / width**2, log(2 * pi * width)

    def sweep(self, place: Place) -> Sweep:
        """In as few passes as there can be."""
        (x, y), value, (along_x, along_y) = place
        square = aligned(x.size, x.dtype)
        b, slope, scale = numbers(x, self.bend, -2 * self.bend, self.scale)
        half_scale, half, constant = numbers(x, 0.5 * self.scale, 0.5, self.constant)
        bent: list[Call] = [
            (np.multiply, (x, x, square)),
            (np.multiply, (square, b, along_y)),
            (np.subtract, (y, along_y, along_y)),
        ]
        across: list[Call] = [
            (np.multiply, (along_y, slope, along_x)),
            (np.add, (along_x, scale, along_x)),
            (np.multiply, (along_x, x, along_x)),
        ]
        height: list[Call] = [
            (np.multiply, (along_y, along_y, value)),
            (np.multiply, (value, half, value)),
            (np.multiply, (square, half_scale, square)),
            (np.add, (value, square, value)),
            (np.add, (value, constant, value)),
        ]
        return Sweep(bent + height, bent + across, bent + across + height)

    def hessian(self, theta: Array) -> Array:
        x, y = theta[..., 0], theta[..., 1]
        hessian = np.empty((*theta.shape, 2), theta.dtype)
        hessian[..., 0, 0] = self.scale - 2 * self.bend * y + 6 * self.bend**2 * x**2
        hessian[..., 0, 1] = hessian[..., 1, 0] = -2 * self.bend * x
        hessian[..., 1, 1] = 1
        return hessian


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
        reach = 6 * self.width
        box = np.array([[-reach, reach], [-6.0, 6.0 + self.bend * reach**2]])
        facts = Facts(reference=self._moments, sample=self._sample, seconds=5e-8)
        return Density(BananaEnergy(self.bend, self.width), box, NAMES, facts)

    def _moments(self) -> Reference:
        s2 = self.width**2
        covariance = np.diag([s2, 1 + 2 * self.bend**2 * s2**2])
        return Reference(0.0, np.array([0.0, self.bend * s2]), covariance, "closed form", 0.0)

    def _sample(self, rng: np.random.Generator, count: int) -> Array:
        x = self.width * rng.standard_normal(count)
        return np.stack([x, self.bend * x**2 + rng.standard_normal(count)], axis=-1)
