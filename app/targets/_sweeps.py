"""Energies at many points at once, coordinate by coordinate, for loops that ask for them thousands of times.

Arrays are ``(d, points)``, results are written where they are wanted, and what is needed between lies in buffers that
the sweep owns: a few operations on a thousand numbers take less time than to allocate for them. A sweep belongs to one
loop and gives what ``value`` and ``value_and_gradient`` give.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import DTypeLike

from app.core.interfaces import Array, Objective
from app.core.memory import aligned


class Sweep(Protocol):
    """−ln p̃ at points ``(d, points)``; floating-point warnings are the caller's to silence."""

    def value(self, theta: Array, value: Array) -> None:
        """Write −ln p̃ into ``value`` ``(points,)``."""
        ...

    def gradient(self, theta: Array, gradient: Array) -> None:
        """Write −∇ ln p̃ into ``gradient`` ``(d, points)``."""
        ...

    def both(self, theta: Array, value: Array, gradient: Array) -> None:
        """Write both."""
        ...


class Plain:
    """The sweep of an objective that has none of its own."""

    def __init__(self, objective: Objective) -> None:
        self._objective = objective
        alone = getattr(objective, "gradient", None)
        self._gradient = alone or (lambda theta: objective.value_and_gradient(theta)[1])

    def value(self, theta: Array, value: Array) -> None:
        """As of the objective."""
        value[...] = self._objective.value(theta.T)

    def gradient(self, theta: Array, gradient: Array) -> None:
        """As of the objective."""
        gradient[...] = self._gradient(theta.T).T

    def both(self, theta: Array, value: Array, gradient: Array) -> None:
        """As of the objective."""
        value[...], downhill = self._objective.value_and_gradient(theta.T)
        gradient[...] = downhill.T


class GaussianSweep:
    """Of ½(θ − m)ᵀA(θ − m) + c.

    Args:
        mean: m, ``(d,)``.
        precision: A, ``(d, d)``.
        constant: c.
        points: how many.
        dtype: of the points.
    """

    def __init__(self, mean: Array, precision: Array, constant: float, points: int, dtype: np.dtype[Any]) -> None:
        scales, real = np.diagonal(precision), dtype.type(0).real.dtype
        diagonal, even = np.array_equal(precision, np.diag(scales)), np.ptp(scales) == 0
        self._mean = mean[:, None].astype(real) if mean.any() else None
        self._scales = (scales[0] if even else scales[:, None]).astype(real) if diagonal else None
        self._precision = precision.astype(dtype)
        self._half, self._constant = np.array(0.5, real), np.array(constant, real)
        self._away, self._pull = aligned((2, len(mean), points), dtype)

    def value(self, theta: Array, value: Array) -> None:
        """As of the energy."""
        self.both(theta, value, self._pull)

    def gradient(self, theta: Array, gradient: Array) -> None:
        """A(θ − m)."""
        self._pulled(self._from_mean(theta), gradient)

    def both(self, theta: Array, value: Array, gradient: Array) -> None:
        """Both."""
        away = self._from_mean(theta)
        self._pulled(away, gradient)
        product = np.multiply(away, gradient, self._away)
        np.add.reduce(product, axis=0, out=value)
        np.multiply(value, self._half, value)
        np.add(value, self._constant, value)

    def _from_mean(self, theta: Array) -> Array:
        return theta if self._mean is None else np.subtract(theta, self._mean, self._away)

    def _pulled(self, away: Array, out: Array) -> None:
        if self._scales is not None:
            np.multiply(away, self._scales, out)
        else:
            np.matmul(self._precision, away, out=out)


class Total:
    """The sweep of Σ wₖ fₖ, no weight 0, from those of its terms."""

    def __init__(self, terms: Sequence[tuple[Sweep, float]], shape: tuple[int, int], dtype: np.dtype[Any]) -> None:
        self._first, *self._others = ((term, _weight(weight, dtype)) for term, weight in terms)
        self._value, self._gradient = aligned(shape[1], dtype), aligned(shape, dtype)

    def value(self, theta: Array, value: Array) -> None:
        """Σ wₖ fₖ."""
        first, weight = self._first
        first.value(theta, value)
        _scale(value, weight)
        for term, weight in self._others:
            term.value(theta, self._value)
            _add(value, self._value, weight)

    def gradient(self, theta: Array, gradient: Array) -> None:
        """Σ wₖ ∇fₖ."""
        first, weight = self._first
        first.gradient(theta, gradient)
        _scale(gradient, weight)
        for term, weight in self._others:
            term.gradient(theta, self._gradient)
            _add(gradient, self._gradient, weight)

    def both(self, theta: Array, value: Array, gradient: Array) -> None:
        """Both."""
        first, weight = self._first
        first.both(theta, value, gradient)
        _scale(value, weight)
        _scale(gradient, weight)
        for term, weight in self._others:
            term.both(theta, self._value, self._gradient)
            _add(value, self._value, weight)
            _add(gradient, self._gradient, weight)


def sweep_of(objective: Objective, points: int, dtype: DTypeLike) -> Sweep:
    """Its own where it has one, for so many points of float32 or float64."""
    make = getattr(objective, "sweep", None)
    found: Sweep = Plain(objective) if make is None else make(points, np.dtype(dtype))
    return found


def _weight(weight: float, dtype: np.dtype[Any]) -> Array | None:
    return None if weight == 1 else np.array(weight, dtype)


def _scale(total: Array, weight: Array | None) -> None:
    if weight is not None:
        np.multiply(total, weight, total)


def _add(total: Array, part: Array, weight: Array | None) -> None:
    _scale(part, weight)
    np.add(total, part, total)
