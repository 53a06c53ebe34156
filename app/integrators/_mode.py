"""The highest point of a density, and the Gaussian that touches it there."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from app.core.inference import Target
from app.core.interfaces import Array, Objective

ITERATIONS = 200
STARTS = 8
STILL = 1e-9
LOWEST = 1e-10
"""Smallest eigenvalue of the Hessian, relative to the largest, that counts as positive."""


class Peak(NamedTuple):
    """A stationary point of an objective.

    Attributes:
        theta: ``(d,)``.
        value: there.
        hessian: ``(d, d)``.
        evaluations: what it took.
        trouble: why there is no Gaussian there; empty where there is.
    """

    theta: Array
    value: float
    hessian: Array
    evaluations: int
    trouble: str


def find_peak(objective: Objective, target: Target, rng: np.random.Generator) -> Peak:
    """The lowest of the minima that a damped Newton method finds from the middle of the box and from random places."""
    low, high = target.box.T
    middle, half = (low + high) / 2, (high - low) / 2
    scattered = middle + half * rng.uniform(-0.5, 0.5, (STARTS - 1, target.dim))
    with np.errstate(all="ignore"):
        found = [_descend(objective, start) for start in (middle, *scattered) if np.isfinite(objective.value(start))]
        if not found:
            return Peak(middle, np.nan, np.eye(target.dim), STARTS, "no place was found where the density is positive")
        theta, value, _ = min(found, key=lambda end: end[1])
        evaluations = sum(end[2] for end in found)
        return _judged(objective, theta, value, evaluations)


def _descend(objective: Objective, theta: Array) -> tuple[Array, float, int]:
    """Newton's method with the eigenvalues' magnitudes, backtracking: (θ, value, evaluations)."""
    value, gradient = objective.value_and_gradient(theta)
    evaluations = 1
    for _ in range(ITERATIONS):
        step = _newton(objective.hessian(theta), gradient)
        size, trial = 1.0, np.inf
        while size > 1e-8 and not trial < value + 1e-4 * size * float(gradient @ step):
            trial = float(objective.value(theta + size * step))
            evaluations += 1
            size /= 2
        if not trial < value:
            break
        theta = theta + 2 * size * step
        value, gradient = objective.value_and_gradient(theta)
        evaluations += 2
        if np.abs(gradient).max() < STILL:
            break
    return theta, float(value), evaluations


def _newton(hessian: Array, gradient: Array) -> Array:
    if not np.isfinite(hessian).all():
        return -gradient
    eigenvalues, vectors = np.linalg.eigh(hessian)
    size = np.abs(eigenvalues)
    damped = np.maximum(size, 1e-8 * max(1.0, float(size.max())))
    step: Array = -vectors @ ((vectors.T @ gradient) / damped)
    return step


def _judged(objective: Objective, theta: Array, value: float, evaluations: int) -> Peak:
    gradient = objective.value_and_gradient(theta)[1]
    hessian = objective.hessian(theta)
    return Peak(theta, float(value), hessian, evaluations, _trouble(gradient, hessian))


def _trouble(gradient: Array, hessian: Array) -> str:
    if not np.isfinite(hessian).all() or not np.isfinite(gradient).all():
        return "the density has no curvature at its highest point (it is not smooth there, or grows without bound)"
    eigenvalues = np.linalg.eigvalsh(hessian)
    if np.abs(gradient).max() > 1e-5 * max(1.0, float(np.abs(eigenvalues).max())):
        return "no stationary point was found: the density has a kink at its highest point, or grows without bound"
    if eigenvalues[0] <= LOWEST * max(abs(float(eigenvalues[-1])), 1e-300):
        return f"the Hessian is not positive definite there: its smallest eigenvalue is {eigenvalues[0]:.3g}"
    return ""


class Shifted:
    """f(θ) + g(θ) with g's diagonal second derivatives: an energy in other coordinates."""

    def __init__(self, energy: Objective, extra: Callable[[Array], tuple[Array, Array, Array]]) -> None:
        self.energy = energy
        self.extra = extra
        self.dim = energy.dim

    def value(self, theta: Array) -> Array:
        """f + g."""
        return self.energy.value(theta) + self.extra(theta)[0]

    def value_and_gradient(self, theta: Array) -> tuple[Array, Array]:
        """(f + g, ∇f + ∇g)."""
        value, gradient = self.energy.value_and_gradient(theta)
        extra, slope, _ = self.extra(theta)
        return value + extra, gradient + slope

    def hessian(self, theta: Array) -> Array:
        """∇²f + diag g″."""
        return np.asarray(self.energy.hessian(theta) + np.eye(self.dim) * self.extra(theta)[2][..., None])

    def hvp(self, theta: Array, v: Array) -> Array:
        """∇²f·v + g″·v."""
        return np.asarray(self.energy.hvp(theta, v) + self.extra(theta)[2] * v)

    def parameter_names(self, most: int) -> tuple[str, ...]:
        """Those of f."""
        return self.energy.parameter_names(most)
