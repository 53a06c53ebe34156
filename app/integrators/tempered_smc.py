"""Tempered sequential Monte Carlo."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from app.core.inference import Estimate, Target
from app.core.interfaces import Array
from app.integrators._annealing import Crowd, cooled
from app.integrators._islands import Islands, part_of
from app.integrators._reliability import judged
from app.integrators._weights import log_mean, resampled

TIRED = 0.5
"""Share of effective points below which an island resamples."""


class TemperedSmc(Islands):
    """Annealing with resampling: an island whose weights grow uneven is drawn anew in proportion to them.

    The points live on islands that never meet, so that each gives its own unbiased Ẑ and their spread is the error.

    Reference: Del Moral, Doucet & Jasra 2006; Chopin & Papaspiliopoulos 2020, chapter 17.
    """

    kind: Literal["tempered_smc"] = "tempered_smc"
    title = "Tempered SMC"
    summary = "Annealing in which the fit multiply and the unfit die: even weights, at the price of relatives."
    reference = "Del Moral, Doucet & Jasra 2006, Sequential Monte Carlo samplers, JRSS B 68(3), section 3"
    formula = r"\hat Z = \prod_k \overline{w_k}, \quad w_k = L(\theta)^{\beta_{k+1} - \beta_k}"

    def step(self, target: Target, state: Any, t: int, rng: np.random.Generator) -> tuple[Any, Estimate]:
        beta = self.beta(t + 1)
        state = state._replace(log_weights=cooled(state, beta - self.beta(t)))
        if t + 1 < self.rungs:
            state = self.resampled(state, TIRED, rng)
        state = self.all_moved(target, state, beta, rng)
        return state, self._estimate(state) if t + 1 == self.rungs else self.underway(state, t + 1)

    def draws(self, target: Target, state: Any, rng: np.random.Generator, count: int) -> Array | None:
        return resampled(state.theta, state.log_weights, rng, count)

    def _estimate(self, state: Crowd) -> Estimate:
        """Over islands weighted by their Ẑ; standard errors from how they differ."""
        parts = [part_of(state, island) for island in self.places()]
        log_z = np.array([log_mean(part.log_weights)[0] for part in parts])
        log_evidence, error = log_mean(log_z)
        share = np.exp(log_z - log_z.max())
        share /= share.sum()
        means = np.stack([_mean(part.theta, part.log_weights) for part in parts])
        mean = share @ means
        seconds = np.stack([_mean((part.theta - mean) ** 2, part.log_weights) for part in parts])
        variance = share @ seconds
        unbias = np.sqrt(self.islands / (self.islands - 1))
        estimate = Estimate(
            log_evidence,
            mean,
            variance,
            error,
            unbias * np.sqrt(share**2 @ (means - mean) ** 2),
            unbias * np.sqrt(share**2 @ (seconds - variance) ** 2),
            state.evaluations,
            {"acceptance": state.acceptance, "islands": self.islands},
        )
        return judged(estimate, state.log_weights)


def _mean(values: Array, log_weights: Array) -> Array:
    share = np.exp(log_weights - log_weights.max())
    return np.asarray(share @ values / share.sum())
