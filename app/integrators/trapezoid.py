"""A plain grid."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from app.core.inference import Estimate, Integrator, Target
from app.core.interfaces import Array
from app.core.spec import Whole, control
from app.integrators._grids import RUNGS, check_nodes, laddered, rung
from app.integrators._outside import outside
from app.integrators._weights import resampled
from app.targets._quadrature import log_densities, nodes, weigh


class Trapezoid(Integrator):
    """Z ≈ h₁⋯h_d Σ p̃ over a grid of the window: a quarter of the points, a half, then all of them.

    For a smooth density that fades at the borders the error falls faster than any power of h, once h resolves its
    narrowest part; before that it can be anything. The rungs must agree before any of them is believed, and what lies
    outside the window, as a coarse grid around it sees it, must not matter.

    Reference: Trefethen & Weideman 2014.
    """

    kind: Literal["trapezoid"] = "trapezoid"
    title = "Trapezoid grid"
    summary = "Add up the density on a grid. Superb once fine enough, nonsense before, and hopeless in many dimensions."
    reference = "Trefethen & Weideman 2014, The exponentially convergent trapezoidal rule, SIAM Review 56(3)"
    formula = r"Z \approx h_1 \cdots h_d \sum_k \tilde p(\theta_k)"
    deterministic: ClassVar[bool] = True

    points: Whole = control(128, "Points an axis", symbol="n", scale="log", ge=8, le=100_000, slider=(8, 1024))

    def steps(self, target: Target) -> int:
        return RUNGS

    def evaluations(self, target: Target) -> float:
        return 3.0 * check_nodes(self.points, target)

    def init(self, target: Target, rng: np.random.Generator) -> tuple[float | None, int]:
        check_nodes(self.points, target)
        return None, 0

    def step(self, target: Target, state: Any, t: int, rng: np.random.Generator) -> tuple[Any, Estimate]:
        before, spent = state
        points = rung(self.points, t)
        grid = nodes(target.box, points)
        moments = weigh(grid, log_densities(target, grid), self._log_cell(target, points))
        beyond = outside(target, moments, points) if np.isfinite(moments.log_evidence) else None
        spent += 2 * len(grid)
        return (moments.log_evidence, spent), laddered(moments, before, spent, points, beyond)

    def draws(self, target: Target, state: Any, rng: np.random.Generator, count: int) -> Array | None:
        grid = nodes(target.box, self.points)
        return resampled(grid, log_densities(target, grid), rng, count)

    @staticmethod
    def _log_cell(target: Target, points: int) -> float:
        return float(np.log((target.box[:, 1] - target.box[:, 0]) / (points - 1)).sum())
