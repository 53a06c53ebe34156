"""Two independent ways of differentiating that know nothing of the chain rule: differences and the complex step."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from app.core.interfaces import Array, Objective

COMPLEX_STEP = 1e-20
LEVELS = 7
FIRST_STEP = 1e-2
RATIO = 4.0
EVALUATIONS = 2 * LEVELS + 1
"""Losses evaluated for each coordinate, by both oracles together."""


class Difference(NamedTuple):
    """Finite differences ``(m,)`` and how wrong they say they are themselves ``(m,)``."""

    value: Array
    error: Array


def finite_difference(objective: Objective, theta: Array, some: Array) -> Difference:
    """∂f/∂θᵢ for the coordinates ``some`` ``(m,)`` by Ridders' method.

    Central differences with steps h, h/4, …, h/4⁶ (h = 0.01·max(1, |θᵢ|)) are extrapolated to h → 0, and of all
    extrapolations the one that agrees best with its neighbours is taken: large steps serve smooth functions, small ones
    stay on one side of a kink. The gradient under test has no say in that choice.
    Ridders 1982, Accurate computation of F′(x) and F′(x)F″(x), Advances in Engineering Software 4(2).
    """
    step = FIRST_STEP * np.maximum(1.0, np.abs(theta[some]))
    best = Difference(np.full(some.size, np.nan), np.full(some.size, np.inf))
    above: list[Array] = []
    for level in range(LEVELS):
        row = [_central(objective, theta, some, step / RATIO**level)]
        for order, older in enumerate(above, start=1):
            weight = RATIO ** (2 * order)
            row.append((weight * row[-1] - older) / (weight - 1))
            best = _better(best, row[-1], np.maximum(np.abs(row[-1] - row[-2]), np.abs(row[-1] - older)))
        above = row
    return best


def _better(best: Difference, value: Array, error: Array) -> Difference:
    closer = error < best.error
    return Difference(np.where(closer, value, best.value), np.where(closer, error, best.error))


def _central(objective: Objective, theta: Array, some: Array, step: Array) -> Array:
    shift = _along(theta, some, step)
    return np.asarray((objective.value(theta + shift) - objective.value(theta - shift)) / (2 * step))


def complex_step(objective: Objective, theta: Array, some: Array) -> Array:
    """∂f/∂θᵢ = Im f(θ + ihe_i)/h with h = 1e-20: no subtraction, exact to rounding for analytic functions.

    Squire & Trapp 1998, Using complex variables to estimate derivatives of real functions, SIAM Review 40(1).
    """
    shift = _along(theta, some, np.full(some.size, 1j * COMPLEX_STEP))
    return np.asarray(objective.value(theta + shift).imag / COMPLEX_STEP)


def _along(theta: Array, some: Array, step: Array) -> Array:
    shift = np.zeros((some.size, theta.size), dtype=step.dtype)
    shift[np.arange(some.size), some] = step
    return shift
