"""Coordinates that people think in (a probability, a standard deviation), and the unconstrained ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from app.core.interfaces import Array
from app.core.numerics import sigmoid, softplus


class Bijection(NamedTuple):
    """φ(θ) of one coordinate, increasing, with ln φ′ and its first two derivatives."""

    forward: Callable[[Array], Array]
    inverse: Callable[[Array], Array]
    log_slope: Callable[[Array], tuple[Array, Array, Array]]


def _no_slope(theta: Array) -> tuple[Array, Array, Array]:
    zero = np.zeros_like(theta)
    return zero, zero, zero


def _exp_slope(theta: Array) -> tuple[Array, Array, Array]:
    return theta, np.ones_like(theta), np.zeros_like(theta)


def _logistic_slope(theta: Array) -> tuple[Array, Array, Array]:
    p = sigmoid(theta)
    return -softplus(theta) - softplus(-theta), 1 - 2 * p, -2 * p * (1 - p)


IDENTITY = Bijection(np.asarray, np.asarray, _no_slope)
EXP = Bijection(np.exp, np.log, _exp_slope)
LOGISTIC = Bijection(sigmoid, lambda p: np.log(p) - np.log1p(-p), _logistic_slope)


class Transform(NamedTuple):
    """Each coordinate by its own bijection.

    Attributes:
        bijections: one for each coordinate.
        names: of the constrained coordinates.
    """

    bijections: tuple[Bijection, ...]
    names: tuple[str, ...]

    def forward(self, theta: Array) -> Array:
        """φ(θ): ``(..., d) -> (..., d)``."""
        return np.concatenate([b.forward(theta[..., i : i + 1]) for i, b in enumerate(self.bijections)], axis=-1)

    def inverse(self, phi: Array) -> Array:
        """θ(φ): ``(..., d) -> (..., d)``."""
        return np.concatenate([b.inverse(phi[..., i : i + 1]) for i, b in enumerate(self.bijections)], axis=-1)

    def log_jacobian(self, theta: Array) -> tuple[Array, Array, Array]:
        """ln |∂φ/∂θ| ``(...)``, its gradient and its (diagonal) second derivatives ``(..., d)``."""
        log_slope, first, second = self.log_slopes(theta)
        return log_slope.sum(axis=-1), first, second

    def log_slopes(self, theta: Array) -> tuple[Array, Array, Array]:
        """ln φ′ of each coordinate, with its first two derivatives, ``(..., d)`` each."""
        slopes = [b.log_slope(theta[..., i : i + 1]) for i, b in enumerate(self.bijections)]
        log_slope, first, second = (np.concatenate(part, axis=-1) for part in zip(*slopes, strict=True))
        return log_slope, first, second
