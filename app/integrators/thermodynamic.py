"""Thermodynamic integration."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from app.core.inference import Estimate, Target
from app.core.interfaces import Array
from app.integrators._annealing import Crowd
from app.integrators._islands import Islands


class Thermodynamic(Islands):
    """ln Z = ∫₀¹ E_β[ln L] dβ, the mean over base·L^β at each temperature, integrated by the corrected trapezoid rule.

    d E_β[ln L]/dβ = Var_β[ln L] is known at every rung too, so that the rule's leading error is subtracted; how much
    that was is the diagnostic ``correction``. The points are resampled from rung to rung, so that they do not lag
    behind. Every island gives its own integral, and their spread is the standard error: what is left is the rule's.

    Reference: Friel, Hurn & Wyse 2014, Improving power posterior estimation, eq. 8; Lartillot & Philippe 2006.
    """

    kind: Literal["thermodynamic"] = "thermodynamic"
    title = "Thermodynamic integration"
    summary = "The mean log likelihood at every temperature from prior to posterior; the area under it is ln Z."
    reference = "Friel, Hurn & Wyse 2014, Improving power posterior estimation, Statistics and Computing 24"
    formula = r"\ln Z = \int_0^1 \mathbb E_\beta[\ln L(\theta)]\, d\beta"
    unbiased_evidence: ClassVar[bool] = False

    def step(self, target: Target, state: Any, t: int, rng: np.random.Generator) -> tuple[Any, Estimate]:
        if not t:
            state = state._replace(record=(self._noted(state),))
        beta = self.beta(t + 1)
        state = state._replace(log_weights=-(beta - self.beta(t)) * state.misfit)
        state = self.all_moved(target, self.resampled(state, np.inf, rng), beta, rng)
        state = state._replace(record=(*state.record, self._noted(state)))
        return state, self._estimate(state) if t + 1 == self.rungs else self.underway(state, t + 1)

    def draws(self, target: Target, state: Any, rng: np.random.Generator, count: int) -> Array | None:
        return np.asarray(state.theta[rng.integers(len(state.theta), size=count)])

    def _noted(self, state: Crowd) -> Array:
        """E[ln L] of each island, then Var[ln L] over all: ``(R + 1,)``."""
        return np.array([*self._means(-state.misfit), state.misfit.var(ddof=1)])

    def _means(self, values: Array) -> Array:
        return np.stack([values[island].mean(axis=0) for island in self.places()])

    def _estimate(self, state: Crowd) -> Estimate:
        betas = np.array([self.beta(k) for k in range(self.rungs + 1)])
        record = np.stack(state.record)
        each = np.trapezoid(record[:, :-1], betas, axis=0)
        correction = float(-(np.diff(betas) ** 2 / 12 * np.diff(record[:, -1])).sum())
        mean = state.theta.mean(axis=0)
        squares = (state.theta - mean) ** 2
        known = bool(np.isfinite(record).all())
        return Estimate(
            float(each.mean()) + correction if known else None,
            mean,
            squares.mean(axis=0),
            self._error(each) if known else None,
            self._error(self._means(state.theta)),
            self._error(self._means(squares)),
            state.evaluations,
            {"acceptance": state.acceptance, "correction": correction if known else None},
        )

    def _error(self, each: Array) -> Any:
        """Standard error of the mean over islands."""
        return each.std(axis=0, ddof=1) / np.sqrt(self.islands)
