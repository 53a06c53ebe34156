"""The Hessian's diagonal, and what a diagonal preconditioner has in common with it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from app.core.interfaces import Array, LayeredObjective, Objective


class Correlation(NamedTuple):
    """How a preconditioner P goes with |diag H|; None where one of the two does not vary.

    Attributes:
        pearson_log: Pearson's correlation of log P with log |diag H|, over the coordinates where both are positive: 1
            where P is a power of |diag H|, up to a factor.
        spearman: the correlation of their ranks, over all coordinates; ties share the mean of their ranks.
        coordinates: over how many ``pearson_log`` was taken.
    """

    pearson_log: float | None
    spearman: float | None
    coordinates: int


def hessian_diagonal(objective: Objective, theta: Array) -> Array:
    """diag ∇²f(θ), exact: ``(d,) -> (d,)``; on a network without forming the matrix."""
    if isinstance(objective, LayeredObjective):
        return objective.hessian_diagonal(theta)
    return np.array(np.diagonal(objective.hessian(theta)))


def correlation(preconditioner: Array, diagonal: Array) -> Correlation:
    """Of P ``(d,)`` with |diag H| ``(d,)``."""
    size = np.abs(diagonal)
    both = (preconditioner > 0) & (size > 0)
    logs = np.log(preconditioner[both]), np.log(size[both])
    ranked = _ranks(preconditioner), _ranks(size)
    return Correlation(_pearson(*logs), _pearson(*ranked), int(both.sum()))


def _pearson(x: Array, y: Array) -> float | None:
    if len(x) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return None
    x, y = x - x.mean(), y - y.mean()
    found = (x / np.linalg.norm(x)) @ (y / np.linalg.norm(y))
    return float(np.clip(found, -1.0, 1.0))


def _ranks(values: Array) -> Array:
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    return np.asarray((last - (count - 1) / 2)[place])
