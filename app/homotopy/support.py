"""Newton's method on the parameters that are not at a corner."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from app.core.interfaces import Array
from app.homotopy.problem import Problem

STEPS = 60
SUFFICIENT = 1e-4
KEPT = 0.1
NEAR = 1e-10
HALVINGS = 40


class Model(NamedTuple):
    """The curvature in use: which parameters are free, their Hessian, and the size of the gradient it last met."""

    free: Array
    hessian: Array
    size: float


def settle(problem: Problem, theta: Array) -> Array:
    """Minimise over the free parameters, signs kept, until the gradient of what is left has stopped falling.

    A step that would carry a parameter across its corner ends there, with the parameter exactly zero and no longer
    free: up to the corner the penalty is smooth, so the value falls all the way (the feature-sign search of Lee,
    Battle, Raina & Ng 2007, section 3, for any convex loss). A singular Hessian gives the shortest step. While each
    step takes a tenth or more off the gradient, the Hessian is kept (Nocedal & Wright 2006, section 11.1).
    """
    model: Model | None = None
    for _ in range(STEPS):
        free = ~problem.penalty.cornered(theta)
        gradient = problem.gradient(theta)[free]
        size = float(np.abs(gradient).max(initial=0.0))
        if size == 0 or (model is not None and size > model.size / 2 and size <= NEAR * problem.scale):
            return theta
        model = _model(problem, theta, free, size, model)
        direction = np.zeros_like(theta)
        direction[free] = -np.linalg.lstsq(model.hessian, gradient, rcond=None)[0]
        moved = _searched(problem, theta, direction, float(gradient @ direction[free]))
        if np.array_equal(moved, theta):
            return theta
        theta = moved
    return theta


def _model(problem: Problem, theta: Array, free: Array, size: float, last: Model | None) -> Model:
    if last is not None and np.array_equal(free, last.free) and size < KEPT * last.size:
        return last._replace(size=size)
    return Model(free, problem.hessian(theta)[np.ix_(free, free)], size)


def _searched(problem: Problem, theta: Array, direction: Array, slope: float) -> Array:
    """The first candidate that lowers the value enough, or does not raise it beyond rounding."""
    value = problem.value(theta)
    rounding = 8 * np.finfo(float).eps * abs(value)
    for length, moved in _candidates(problem, theta, direction):
        if problem.value(moved) <= value + SUFFICIENT * length * min(slope, 0.0) + rounding:
            return moved
    return theta


def _candidates(problem: Problem, theta: Array, direction: Array) -> Iterator[tuple[float, Array]]:
    """The whole step with everything at zero that it would carry across; then steps 1, ½, ¼, … as far as a corner."""
    if _crossing(problem, theta, direction).sum() > 1:
        yield 1.0, np.where(_crossing(problem, theta, direction), 0.0, theta + direction)
    for halving in range(HALVINGS):
        yield 0.5**halving, _stopped(problem, theta, 0.5**halving * direction)


def _stopped(problem: Problem, theta: Array, change: Array) -> Array:
    """θ + change, or the first point on the way at which a parameter reaches a corner, exactly zero there."""
    crossing = _crossing(problem, theta, change)
    if not crossing.any():
        return np.asarray(theta + change)
    reached = np.where(crossing, -theta / np.where(crossing, change, 1), np.inf)
    first = reached.min()
    return np.asarray(np.where(reached == first, 0.0, theta + first * change))


def _crossing(problem: Problem, theta: Array, change: Array) -> Array:
    """Which parameters would change their sign, or end, at a corner of their own."""
    regulariser = problem.penalty.regulariser
    own = problem.penalty.seen & (regulariser.corners and regulariser.coordinatewise)
    return np.asarray(own & (theta != 0) & (theta * (theta + change) <= 0))
