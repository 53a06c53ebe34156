"""Energies at many points at once, coordinate by coordinate, for loops that ask for them thousands of times.

What a sweep does is written down once as calls on buffers that stay: a few operations on a thousand numbers take less
time than to allocate for them, or to look up what to do. A sweep belongs to one loop and gives what ``value`` and
``value_and_gradient`` give; floating-point warnings are the loop's to silence.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from app.core.calls import Call, numbers
from app.core.interfaces import Array, Objective
from app.core.memory import aligned

FEW_ROWS = 3
"""That are added one by one."""


class Place(NamedTuple):
    """Where a sweep reads θ ``(d, points)``, and writes −ln p̃ ``(points,)`` and −∇ ln p̃ ``(d, points)``."""

    theta: Array
    value: Array
    gradient: Array

    @classmethod
    def beside(cls, theta: Array) -> Place:
        """With buffers of its own for the others."""
        return cls(theta, aligned(theta.shape[1], theta.dtype), aligned(theta.shape, theta.dtype))


class Sweep(NamedTuple):
    """The calls that write −ln p̃ (and may leave anything in the gradient's place), −∇ ln p̃, or both."""

    value: list[Call]
    gradient: list[Call]
    both: list[Call]


class Ridges(NamedTuple):
    """A gradient ∇f(θ) = Wφ(Fθ) + Aθ + c: of functions that are straight but along one direction each, and a parabola.

    Attributes:
        factors: F, ``(n, d)``.
        function: φ, a ufunc.
        weights: W, ``(d, n)``.
        pull: A, ``(d, d)``.
        constant: c, ``(d,)``.
    """

    factors: Array
    function: np.ufunc
    weights: Array
    pull: Array
    constant: Array


def ridges_of(objective: Objective) -> Ridges | None:
    """Where the gradient is of that kind, and known to be."""
    known: Callable[[], Ridges | None] | None = getattr(objective, "ridges", None)
    return None if known is None else known()


def sweep_of(objective: Objective, place: Place) -> Sweep:
    """Its own where it has one, of float32 or float64, else the plain one."""
    make: Callable[[Place], Sweep] | None = getattr(objective, "sweep", None)
    return plain_sweep(objective, place) if make is None else make(place)


def plain_sweep(objective: Objective, place: Place) -> Sweep:
    """Of an objective that has none of its own."""
    alone = getattr(objective, "gradient", None) or (lambda theta: objective.value_and_gradient(theta)[1])

    def value() -> None:
        place.value[...] = objective.value(place.theta.T)

    def gradient() -> None:
        place.gradient[...] = alone(place.theta.T).T

    def both() -> None:
        place.value[...], downhill = objective.value_and_gradient(place.theta.T)
        place.gradient[...] = downhill.T

    return Sweep([(value, ())], [(gradient, ())], [(both, ())])


def added_up(rows: Array, total: Array) -> list[Call]:
    """Over the first axis: of a few, row by row, which takes a third of the time."""
    if not 2 <= len(rows) <= FEW_ROWS:
        return [(np.add.reduce, (rows, 0, None, total))]
    return [(np.add, (rows[0], rows[1], total)), *((np.add, (total, row, total)) for row in rows[2:])]


def in_line(*arrays: Array) -> tuple[Array, ...]:
    """The same numbers as single rows, where all lie in one piece: with a number they meet in half of the time."""
    return tuple(each.reshape(-1) for each in arrays) if all(each.flags.c_contiguous for each in arrays) else arrays


def gaussian_sweep(mean: Array, precision: Array, constant: float, place: Place) -> Sweep:
    """Of ½(θ − m)ᵀA(θ − m) + c, m ``(d,)`` and A ``(d, d)``."""
    theta, value, gradient = place
    real, scales = theta.real.dtype, np.diagonal(precision)
    diagonal = np.array_equal(precision, np.diag(scales))
    alike = diagonal and np.ptp(scales) == 0
    half, added = numbers(theta, 0.5 * scales[0] if alike else 0.5, constant)
    away, product = theta, aligned(theta.shape, theta.dtype)
    centre: list[Call] = []
    if mean.any():
        away = aligned(theta.shape, theta.dtype)
        centre = [(np.subtract, (theta, mean[:, None].astype(real), away))]
    if diagonal:
        factor = (scales[0] if alike else scales[:, None]).astype(real)
        rows, pulled = in_line(away, gradient) if alike else (away, gradient)
        pull: Call = np.multiply, (rows, factor, pulled)
    else:
        pull = np.matmul, (precision.astype(theta.dtype), away, gradient)
    height: list[Call] = [
        (np.multiply, (away, away if alike else gradient, product)),
        *added_up(product, value),
        (np.multiply, (value, half, value)),
        (np.add, (value, added, value)),
    ]
    slope = [*centre, pull]
    return Sweep((centre if alike else slope) + height, slope, slope + height)
