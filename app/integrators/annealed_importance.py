"""Annealed importance sampling."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from app.core.inference import Estimate, Target
from app.core.interfaces import Array
from app.integrators._annealing import Ladder, cooled
from app.integrators._reliability import judged
from app.integrators._weights import resampled, weighted
from app.targets._bridge import bridge_to


class AnnealedImportance(Ladder):
    """ln w = −Σₖ (βₖ₊₁ − βₖ)·misfit(θₖ) along chains that cool from the base to the target: Ẑ is the mean of w.

    Unbiased whatever the moves do; poor moves show as uneven weights.

    Reference: Neal 2001, eqs. 2–5.
    """

    kind: Literal["annealed_importance"] = "annealed_importance"
    title = "Annealed importance sampling"
    summary = "Points drawn from the prior are cooled into the posterior; the work that this takes weighs them."
    reference = "Neal 2001, Annealed importance sampling, Statistics and Computing 11, section 2"
    formula = r"\ln w = \sum_{k=0}^{K-1} (\beta_{k+1} - \beta_k) \ln L(\theta_k), \quad \hat Z = \overline{w}"

    def step(self, target: Target, state: Any, t: int, rng: np.random.Generator) -> tuple[Any, Estimate]:
        beta = self.beta(t + 1)
        state = state._replace(log_weights=cooled(state, beta - self.beta(t)))
        state = self.moved(bridge_to(target), state, beta, rng)
        if t + 1 < self.rungs:
            return state, self.underway(state, t + 1)
        estimate = weighted(state.theta, state.log_weights, state.evaluations, {"acceptance": state.acceptance})
        return state, judged(estimate, state.log_weights)

    def draws(self, target: Target, state: Any, rng: np.random.Generator, count: int) -> Array | None:
        return resampled(state.theta, state.log_weights, rng, count)
