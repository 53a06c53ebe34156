"""Effective sample size: how many independent draws would know as much."""

from __future__ import annotations

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft

from app.core.interfaces import Array
from app.diagnostics.ranks import Pooled, each, halves

MIN_DRAWS = 4
PADDED = 1 << 14
"""Numbers transformed at a time: what stays in a core's cache."""


def autocovariance(x: Array) -> Array:
    """Mean over chains of the biased autocovariance at lags 0, …, N − 1: ``(..., chains, draws) -> (..., draws)``."""
    chains, draws = x.shape[-2:]
    length = next_fast_len(2 * draws, real=True)
    power = np.stack([_power(one, length) for one in each(x)])
    found: Array = irfft(power, n=length, axis=-1)[..., :draws] / (draws * chains)
    return found.reshape(*x.shape[:-2], draws)


def _power(x: Array, length: int) -> Array:
    """Σ |FFT|² over chains of ``(chains, draws)`` about their means, padded to ``length``; a few chains at a time."""
    chains, draws = x.shape
    some = max(1, min(chains, PADDED // length))
    padded, power = np.zeros((some, length)), np.zeros(2 * (length // 2 + 1))
    for begin in range(0, chains, some):
        part = x[begin : begin + some]
        rows = padded[: len(part)]
        np.subtract(part, part.mean(axis=-1, keepdims=True), out=rows[:, :draws])
        spectrum = rfft(rows, axis=-1).view(np.float64)
        power += np.einsum("cf,cf->f", spectrum, spectrum)
    return np.asarray(power.reshape(-1, 2).sum(axis=-1))


def autocorrelation(x: Array, lags: int) -> Array:
    """Autocorrelation within chains at lags 0, …, ``lags``: ``(..., lags + 1)``; NaN where nothing moved.

    There are no more lags than draws.
    """
    covariance = autocovariance(x)[..., : lags + 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Array = covariance / covariance[..., :1]
    return found


def ess(x: Array) -> Array:
    """S/τ̂ of the mean of ``(..., chains, draws)``, τ̂ = −1 + 2Σρ̂ by Geyer's initial monotone sequence: ``(...)``.

    ρ̂_t = 1 − (W − mean acov_t)/var⁺ pools the chains, so that chains which disagree have a small one. Antithetic
    chains may exceed S, up to S·log₁₀S.  Where nothing moved every draw counts; where a draw is not finite, NaN.

    Reference: Vehtari et al. 2021, section 3.2; Geyer 1992, Practical Markov chain Monte Carlo, section 3.3.
    """
    chains, draws = x.shape[-2:]
    with np.errstate(divide="ignore", invalid="ignore"):
        time = np.maximum(_autocorrelation_time(_pooled(x)), 1 / np.log10(chains * draws))
    still = np.ptp(x, axis=(-2, -1)) < np.finfo(float).resolution
    found: Array = np.where(still, chains * draws, chains * draws / time)
    return found


def _pooled(x: Array) -> Array:
    """ρ̂_t at every lag."""
    draws = x.shape[-1]
    covariance = autocovariance(x)
    within = covariance[..., :1] * draws / (draws - 1)
    total = covariance[..., :1] + (x.mean(axis=-1).var(axis=-1, ddof=1)[..., None] if x.shape[-2] > 1 else 0.0)
    rho: Array = 1 - (within - covariance) / total
    rho[..., 0] = 1.0
    return rho


def _autocorrelation_time(rho: Array) -> Array:
    """τ̂: pairs ρ̂_2k + ρ̂_2k+1 as long as they are positive, each at most the one before, and half of the next."""
    last = max(0, (rho.shape[-1] - 3) // 2)
    even, odd = rho[..., 0 : 2 * last + 1 : 2], rho[..., 1 : 2 * last + 2 : 2]
    pairs = even + odd
    stop = np.where((pairs <= 0).any(axis=-1), np.argmax(pairs <= 0, axis=-1), last)[..., None]
    falling = np.cumsum(np.minimum.accumulate(pairs, axis=-1), axis=-1)
    summed = np.where(stop > 0, np.take_along_axis(falling, np.maximum(stop - 1, 0), axis=-1), 0.0)
    next_even, next_pair = (np.take_along_axis(a, stop, axis=-1) for a in (even, pairs))
    kept = np.where((next_even > 0) | (next_pair >= 0), next_even, 0.0)
    time: Array = (-1 + 2 * summed + kept)[..., 0]
    return np.where(np.isnan(rho).any(axis=-1), np.nan, time)


def _enough(x: Array) -> bool:
    return bool(x.shape[-1] >= MIN_DRAWS)


def _nothing(x: Array) -> Array:
    return np.full(x.shape[:-2], np.nan)


def ess_mean(x: Array) -> Array:
    """Of the mean, on split chains; NaN below four draws."""
    return ess(halves(x)) if _enough(x) else _nothing(x)


def ess_bulk(x: Array | Pooled) -> Array:
    """Of the middle: on rank-normalised split chains, so that it exists without moments; NaN below four draws."""
    pooled = Pooled.of(x)
    if not _enough(pooled.x):
        return _nothing(pooled.x)
    return np.where(np.isnan(pooled.x).any(axis=(-2, -1)), np.nan, ess(pooled.scores))


def ess_quantile(x: Array | Pooled, probability: float) -> Array:
    """Of a quantile: on the indicators of the draws below it; NaN below four draws."""
    pooled = Pooled.of(x)
    if not _enough(pooled.x):
        return _nothing(pooled.x)
    found = ess(halves((pooled.x <= pooled.quantile(probability)).astype(np.float64)))
    return np.where(np.isnan(pooled.x).any(axis=(-2, -1)), np.nan, found)


def ess_tail(x: Array | Pooled) -> Array:
    """Of the 5 % and the 95 % quantile, the smaller."""
    pooled = Pooled.of(x)
    return np.minimum(ess_quantile(pooled, 0.05), ess_quantile(pooled, 0.95))
