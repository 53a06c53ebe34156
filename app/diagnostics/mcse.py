"""Monte Carlo standard errors: how far an estimate may be off because the draws are finite in number."""

from __future__ import annotations

import numpy as np
import scipy

from app.core.interfaces import Array
from app.diagnostics.ess import ess_mean, ess_quantile

ONE_SIGMA = (0.1586553, 0.8413447)


def mcse_mean(x: Array) -> Array:
    """s/√ESS of ``(..., chains, draws)``: ``(...)``."""
    found: Array = x.std(axis=(-2, -1), ddof=1) / np.sqrt(ess_mean(x))
    return found


def mcse_sd(x: Array) -> Array:
    """Of the standard deviation, from the fourth moment by the delta method.

    Reference: Vehtari et al. 2021, section 4.4; as in ArviZ, with the ESS of the mean.
    """
    squares = (x - x.mean(axis=(-2, -1), keepdims=True)) ** 2
    variance = squares.mean(axis=(-2, -1))
    of_variance = ((squares**2).mean(axis=(-2, -1)) - variance**2) / ess_mean(x)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Array = np.sqrt(of_variance / variance / 4)
    return found


def mcse_quantile(x: Array, probability: float) -> Array:
    """Half the distance between the quantiles that bound ``probability`` by one standard error.

    Reference: Vehtari et al. 2021, section 4.3.
    """
    effective = ess_quantile(x, probability)
    ordered = np.sort(x.reshape(*x.shape[:-2], -1), axis=-1)
    size = ordered.shape[-1]
    shape = effective * probability + 1, effective * (1 - probability) + 1
    low, high = (scipy.special.betaincinv(*shape, level) * size - 1 for level in ONE_SIGMA)
    lower = np.nan_to_num(np.maximum(np.floor(low), 0)).astype(int)[..., None]
    upper = np.nan_to_num(np.minimum(np.ceil(high), size - 1)).astype(int)[..., None]
    width = np.take_along_axis(ordered, upper, axis=-1) - np.take_along_axis(ordered, lower, axis=-1)
    return np.where(np.isnan(effective), np.nan, width[..., 0] / 2)
