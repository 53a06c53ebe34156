"""Weighted draws: ln Z and moments with their standard errors."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.core.inference import Estimate
from app.core.interfaces import Array

ROUNDING = 8 * float(np.finfo(np.float64).eps)


def log_mean(log_values: Array) -> tuple[float, float]:
    """(ln of the mean, its standard error by the delta method) of independent positive numbers given by logarithms.

    Equal numbers have no spread, but are rounded.
    """
    top = float(log_values.max())
    if not np.isfinite(top):
        return top, np.nan
    values = np.exp(log_values - top)
    mean = float(values.mean())
    error = float(values.std(ddof=1) / (mean * np.sqrt(values.size))) if values.size > 1 else np.nan
    return top + float(np.log(mean)), error + ROUNDING * (1 + abs(top))


def weighted(
    theta: Array,
    log_weights: Array,
    gradients: int,
    facts: dict[str, Any] | None = None,
) -> Estimate:
    """The answer of independent draws ``(n, d)`` with importance weights, self-normalised but for ln Z.

    Args:
        facts: what else there is to say.

    Reference: Owen 2013, Monte Carlo theory, methods and examples, section 9.2, eqs. 9.6 and 9.9.
    """
    log_evidence, log_evidence_error = log_mean(log_weights)
    if not np.isfinite(log_evidence):
        return Estimate(gradients=gradients, diagnostics={**(facts or {}), "ess": 0.0})
    share = np.exp(log_weights - log_weights.max())
    share /= share.sum()
    mean = share @ theta
    squares = (theta - mean) ** 2
    variance = share @ squares
    return Estimate(
        log_evidence=log_evidence,
        mean=mean,
        variance=variance,
        log_evidence_error=log_evidence_error,
        mean_error=np.sqrt(share**2 @ squares),
        variance_error=np.sqrt(share**2 @ (squares - variance) ** 2),
        gradients=gradients,
        diagnostics=facts or {},
    )


def resampled(theta: Array, log_weights: Array, rng: np.random.Generator, count: int) -> Array | None:
    """``count`` draws in proportion to the weights; None where none has any."""
    if not np.isfinite(log_weights.max()):
        return None
    share = np.exp(log_weights - log_weights.max())
    return theta[rng.choice(len(theta), count, p=share / share.sum())]
