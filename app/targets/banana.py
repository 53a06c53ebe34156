"""A soft banana."""

from __future__ import annotations

from math import log, pi
from typing import Literal

import numpy as np

from app.core.inference import Reference
from app.core.interfaces import Array
from app.core.numerics import Numbers
from app.core.spec import Real, control
from app.objectives.surface import NAMES
from app.targets._base import Density, Facts, TargetEntry
from app.targets._energies import Energy


class BananaEnergy(Energy):
    """x²/2s² + (y − bx²)²/2 + ln 2πs, with its derivatives written out: chains spend all their time here."""

    def __init__(self, bend: float, width: float) -> None:
        super().__init__(2)
        self.bend, self.scale = bend, 1 / width**2
        self._bend, self._slope = Numbers(bend), Numbers(-2 * bend, self.scale)
        self._weights = Numbers(0.5 * self.scale, 0.5, log(2 * pi * width))

    def value(self, theta: Array) -> Array:
        square, away = self._parts(theta)
        return self._value(square, away)

    def value_and_gradient(self, theta: Array) -> tuple[Array, Array]:
        gradient = np.empty_like(theta)
        square, away = self._parts(theta, out=gradient[..., 1])
        self._slope_along_x(theta, away, gradient[..., 0])
        return self._value(square, away.copy()), gradient

    def gradient(self, theta: Array) -> Array:
        gradient = np.empty_like(theta)
        _, away = self._parts(theta, out=gradient[..., 1])
        self._slope_along_x(theta, away, gradient[..., 0])
        return gradient

    def _slope_along_x(self, theta: Array, away: Array, out: Array) -> None:
        """x(1/s² − 2b(y − bx²)); along y the slope is y − bx² itself."""
        factor, scale = self._slope.beside(theta)
        np.multiply(away, factor, out=out)
        out += scale
        out *= theta[..., 0]

    def hessian(self, theta: Array) -> Array:
        x, (square, away) = theta[..., 0], self._parts(theta)
        hessian = np.empty((*theta.shape, 2), theta.dtype)
        hessian[..., 0, 0] = self.scale - 2 * self.bend * away + 4 * self.bend**2 * square
        hessian[..., 0, 1] = hessian[..., 1, 0] = -2 * self.bend * x
        hessian[..., 1, 1] = 1
        return hessian

    def _parts(self, theta: Array, out: Array | None = None) -> tuple[Array, Array]:
        """x² and y − bx²."""
        (bend,) = self._bend.beside(theta)
        square = theta[..., 0] * theta[..., 0]
        return square, np.subtract(theta[..., 1], bend * square, out=out)

    def _value(self, square: Array, away: Array) -> Array:
        """Both arguments are overwritten."""
        half_scale, half, constant = self._weights.beside(square)
        square *= half_scale
        away *= away
        away *= half
        away += square
        away += constant
        return away


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
