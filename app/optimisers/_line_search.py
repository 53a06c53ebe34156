"""Step lengths t along a direction p, over leading axes: each run of a batch searches on its own."""

from __future__ import annotations

import numpy as np

from app.core.interfaces import Array
from app.optimisers._template import Here

SUFFICIENT = 1e-4
"""c₁ of the Armijo condition f(θ + tp) ≤ f(θ) + c₁ t gᵀp (Nocedal & Wright 2006, eq. 3.4)."""
TRIALS = 40
"""Points tried at most; beyond, the longest step known to be sufficient is taken, which may be none."""


def backtrack(here: Here, direction: Array, longest: float) -> Array:
    """t·p with t the first of ``longest``·(1, ½, ¼, …) that meets the Armijo condition; zero where none does.

    Reference: Nocedal & Wright 2006, Algorithm 3.1 with ρ = ½.
    """
    slope = np.vecdot(here.gradient, direction)
    length = np.full_like(slope, longest)
    enough = np.zeros_like(slope, dtype=bool)
    for _ in range(TRIALS):
        point = here.theta + length[..., None] * direction
        enough = (here.objective.value(point) <= here.value + SUFFICIENT * length * slope) | _arrived(here, point)
        if enough.all():
            break
        length = np.where(enough, length, length / 2)
    return np.asarray(np.where(enough, length, 0.0)[..., None] * direction)


def bisect(here: Here, direction: Array, curvature: float) -> tuple[Array, Array]:
    """(t·p, ∇f(θ + tp)), t from 1 by doubling and bisection until both weak Wolfe conditions hold.

    Armijo's, and ∇f(θ + tp)ᵀp ≥ c₂gᵀp with c₂ = ``curvature``, which makes the curvature along p positive.

    Reference: Lewis & Overton 2013, Nonsmooth optimization via quasi-Newton methods, the inexact line search.
    """
    slope = np.vecdot(here.gradient, direction)
    low, high, length = np.zeros_like(slope), np.full_like(slope, np.inf), np.ones_like(slope)
    for _ in range(TRIALS):
        point = here.theta + length[..., None] * direction
        value, gradient = here.objective.value_and_gradient(point)
        far = ~(value <= here.value + SUFFICIENT * length * slope) & ~_arrived(here, point)
        near = ~far & ~(np.vecdot(gradient, direction) >= curvature * slope) & ~_arrived(here, point)
        if not (far | near).any():
            return length[..., None] * direction, gradient
        low, high = np.where(near, length, low), np.where(far, length, high)
        middle = np.where(np.isinf(high), 2 * length, (low + high) / 2)
        length = np.where(far | near, middle, length)
    step = np.where(far | near, low, length)[..., None] * direction
    return step, here.objective.value_and_gradient(here.theta + step)[1]


def _arrived(here: Here, point: Array) -> Array:
    """The step is lost in the rounding of θ: nothing shorter can help."""
    return np.asarray((point == here.theta).all(axis=-1))
