"""Strengths of a penalty, from the one that makes everything zero downwards."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from app.core.interfaces import Array
from app.homotopy.problem import Problem
from app.homotopy.support import settle
from app.regularisers.l1 import L1

MANY = 10.0
"""Without corners nothing is ever zero: the path then begins where λ is this many times the largest curvature."""
ABOVE = 1e-12


class Beginning(NamedTuple):
    """Where a path begins: its first strength, the smallest that makes everything zero (or None), and θ there."""

    first: float
    critical: float | None
    theta: Array


def beginning(problem: Problem) -> Beginning:
    """The loss minimised without anything that the penalty sees, and the strength from which on that is the optimum."""
    penalty = problem.penalty
    holding = problem.loss.penalised_by(L1(biases=penalty.regulariser.biases))  # at zero, what it sees is not free
    theta = settle(problem._replace(penalty=holding), np.zeros(problem.loss.dim))
    slope = problem.loss.value_and_gradient(theta)[1]
    critical = float(penalty.regulariser.critical_strength(slope, penalty.weights))
    if np.isfinite(critical):
        return Beginning(critical * (1 + ABOVE), critical, theta)
    return Beginning(MANY * problem.curvature, None, theta)


def strengths(first: float, span: float, count: int) -> Array:
    """``count`` strengths from ``first`` down to ``span`` times it, evenly on a logarithmic scale."""
    return np.asarray(first * span ** np.linspace(0.0, 1.0, count))
