"""The minimum of a convex loss plus a penalty, to rounding."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from app.core.interfaces import Array
from app.homotopy.problem import Problem
from app.homotopy.support import settle

ROUNDS = 400
PROXIMAL_STEPS = 12
TOLERANCE = 1e-12
"""Largest residual of an optimum, relative to the loss's gradient at zero."""


class Optimum(NamedTuple):
    """Where the search ended.

    Attributes:
        theta: ``(d,)``.
        residual: ‖(θ − prox_t(θ − t∇s(θ)))/t‖_∞ with t = 1/L: zero exactly at a minimum, and where nothing is at a
            corner the largest entry of the gradient.
        rounds: of proximal steps and Newton's method.
    """

    theta: Array
    residual: float
    rounds: int


def minimise(problem: Problem, theta: Array) -> Optimum:
    """Proximal steps find which parameters are zero; Newton's method on the others does the rest.

    After finitely many proximal steps the zeros are those of the minimum, unless it is degenerate (Bareilles,
    Iutzeler & Malick 2023, Newton acceleration on manifolds identified by proximal gradient methods, section 4).
    The value never rises. ``residual`` says how far it came: at most ``TOLERANCE`` relative to the scale, else
    ``ROUNDS`` were not enough.
    """
    enough = TOLERANCE * problem.scale
    residual = float(np.inf)
    for done in range(ROUNDS):
        theta = settle(problem, theta)
        residual = problem.residual(theta)
        if residual <= enough:
            return Optimum(theta, residual, done + 1)
        for _ in range(PROXIMAL_STEPS):
            theta = problem.proximal_step(theta)
    return Optimum(theta, residual, ROUNDS)
