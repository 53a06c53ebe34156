"""What importance weights are worth, and a verdict on them in words."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from app.core.inference import Estimate
from app.core.interfaces import Array
from app.diagnostics.pareto import LEAST, pareto_smoothed, tail_size
from app.integrators._coverage import Missed

USABLE = 0.7
LACKING = 0.5
"""Standard errors; an estimate that lacks more is biased, and its standard errors are too small."""
FIT = "nothing speaks against these weights"


class Tail(NamedTuple):
    """The tail of the weights.

    Attributes:
        k: Pareto k̂.
        error: its standard error (1 + k̂)/√M, of M weights in the tail (Smith 1987).
        limit: min(1 − 1/log₁₀ S, 0.7), above which S draws are too few (Vehtari et al. 2024, section 3.2.4).
    """

    k: float
    error: float
    limit: float

    @property
    def clear(self) -> bool:
        """Whether k̂ is below its limit by two of its standard errors."""
        return self.k + 2 * self.error < self.limit


def effective(log_weights: Array) -> dict[str, Any]:
    """Effective sample size (Σw)²/Σw², its share of the draws, and the largest weight's share."""
    share = np.exp(log_weights - log_weights.max())
    share /= share.sum()
    ess = float(1 / (share**2).sum())
    return {"ess": ess, "ess_per_draw": ess / share.size, "largest_weight": float(share.max())}


def judged(estimate: Estimate, log_weights: Array, missed: Missed | None = None) -> Estimate:
    """The estimate with what its weights are worth, Pareto k̂ beside its standard error and limit, and a verdict.

    Args:
        missed: what no draw speaks for, where that is known.
    """
    tail, lacking = tail_shape(log_weights), missed and missed.in_standard_errors(estimate)
    facts = {**(estimate.diagnostics or {}), **effective(log_weights)}
    if missed is not None:
        facts |= {"missed_mass": missed.mass, "missed_in_standard_errors": lacking}
    if tail is not None:
        facts |= {"pareto_k": tail.k, "pareto_k_error": tail.error, "pareto_k_limit": tail.limit}
    doubt = _doubt(tail, lacking or 0.0)
    return estimate._replace(diagnostics={**facts, "reliable": not doubt, "verdict": doubt or FIT})


def _doubt(tail: Tail | None, lacking: float) -> str:
    """Why the estimate and its standard error are not to be trusted; empty where nothing speaks against them."""
    if lacking > LACKING:
        return (
            f"draws do not reach all of the density: what they miss is about {lacking:.2g} standard errors, which are "
            "too small; widen the proposal, or give it heavier tails"
        )
    if tail is None or tail.clear:
        return ""
    nearness = "above" if tail.k >= tail.limit else "within two standard errors of"
    return f"k̂ = {tail.k:.2f} ± {tail.error:.2f} is {nearness} its limit {tail.limit:.2f}: the weights are too uneven"


def tail_shape(log_weights: Array) -> Tail | None:
    """The tail; None for too few weights or a tail of equal ones."""
    size = log_weights.size
    order = np.sort(log_weights[np.isfinite(log_weights)])
    if order.size < LEAST or np.exp(order[-order.size // 5] - order[-1]) >= 1 - 1e-12:
        return None
    k = float(pareto_smoothed(log_weights).k)
    limit = min(1 - 1 / float(np.log10(size)), USABLE)
    return Tail(k, max(1 + k, 0.0) / float(np.sqrt(tail_size(size))), limit)
