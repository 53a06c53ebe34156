"""Effective sample size: how many independent draws would know as much."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy

from app.core.interfaces import Array
from app.diagnostics.ranks import Pooled, each, halves

MIN_DRAWS = 4
TAILS = 0.05, 0.95
PADDED = 1 << 14
"""Numbers transformed at a time: what stays in a core's cache."""


def autocovariance(x: Array, means: Array | None = None) -> Array:
    """Mean over chains of the biased autocovariance at lags 0, …, N − 1: ``(..., chains, draws) -> (..., draws)``.

    ``means`` ``(..., chains, 1)`` are those of the chains, where they are known already.
    """
    chains, draws = x.shape[-2:]
    means = x.mean(axis=-1, keepdims=True) if means is None else means
    length = scipy.fft.next_fast_len(2 * draws, real=True)
    power = np.stack([_power(one, mean, length) for one, mean in zip(each(x), each(means), strict=True)])
    found: Array = scipy.fft.irfft(power, n=length, axis=-1)[..., :draws] / (draws * chains)
    return found.reshape(*x.shape[:-2], draws)


def _power(x: Array, means: Array, length: int) -> Array:
    """Σ |FFT|² over chains of ``(chains, draws)`` about their means, padded to ``length``; a few chains at a time."""
    chains, draws = x.shape
    some = max(1, min(chains, PADDED // length))
    padded, power = np.zeros((some, length)), np.zeros(2 * (length // 2 + 1))
    for begin in range(0, chains, some):
        part = slice(begin, min(chains, begin + some))
        rows = padded[: part.stop - begin]
        np.subtract(x[part], means[part], out=rows[:, :draws])
        spectrum = scipy.fft.rfft(rows, axis=-1).view(np.float64)
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
    return np.asarray(ess_each(x)[0])


def ess_each(*series: Array) -> Array:
    """As :func:`ess` of each of several arrays of one shape, ``(len(series), ...)``."""
    chains, draws = series[0].shape[-2:]
    covariance, between, still = (np.stack(part) for part in zip(*map(_moments, series), strict=True))
    with np.errstate(divide="ignore", invalid="ignore"):
        time = np.maximum(_autocorrelation_time(_pooled(covariance, between)), 1 / np.log10(chains * draws))
    found: Array = np.where(still, chains * draws, chains * draws / time)
    return found


def _moments(x: Array) -> tuple[Array, Array, Array]:
    """Autocovariances within chains ``(..., draws)``, the variance of their means, and whether nothing moved."""
    means = x.mean(axis=-1, keepdims=True)
    between = means[..., 0].var(axis=-1, ddof=1) if x.shape[-2] > 1 else np.zeros(x.shape[:-2])
    return autocovariance(x, means), between, np.ptp(x, axis=(-2, -1)) < np.finfo(float).resolution


def _pooled(covariance: Array, between: Array) -> Array:
    """ρ̂_t at every lag."""
    draws = covariance.shape[-1]
    within = covariance[..., :1] * draws / (draws - 1)
    rho: Array = 1 - (within - covariance) / (covariance[..., :1] + between[..., None])
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


def _where_whole(x: Array, found: Array) -> Array:
    """NaN where a draw is."""
    return np.where(np.isnan(x).any(axis=(-2, -1)), np.nan, found)


def ess_mean(x: Array) -> Array:
    """Of the mean, on split chains; NaN below four draws."""
    return ess(halves(x)) if _enough(x) else _nothing(x)


def ess_bulk(x: Array) -> Array:
    """Of the middle: on rank-normalised split chains, so that it exists without moments; NaN below four draws."""
    return _where_whole(x, ess(Pooled(x).scores)) if _enough(x) else _nothing(x)


def ess_quantile(x: Array, probability: float) -> Array:
    """Of a quantile: on the indicators of the draws below it; NaN below four draws."""
    return _where_whole(x, ess(Pooled(x).below(probability))) if _enough(x) else _nothing(x)


def ess_tail(x: Array) -> Array:
    """Of the 5 % and the 95 % quantile, the smaller."""
    return np.minimum(*(ess_quantile(x, probability) for probability in TAILS))


class Effective(NamedTuple):
    """``ess_mean``, ``ess_bulk`` and ``ess_tail`` of draws, and ``ess_mean`` of their squares about some point."""

    mean: Array
    bulk: Array
    tail: Array
    squares: Array


def effective(pooled: Pooled, squares: Array) -> Effective:
    """All at once, for less; of at least four draws."""
    tails = [pooled.below(probability) for probability in TAILS]
    mean, of_squares, *others = ess_each(pooled.halves, halves(squares), pooled.scores, *tails)
    bulk, low, high = (_where_whole(pooled.x, found) for found in others)
    return Effective(mean, bulk, np.minimum(low, high), of_squares)
