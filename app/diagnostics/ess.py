"""Effective sample size: how many independent draws would know as much."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import numpy as np
import scipy

from app.core.interfaces import Array
from app.core.memory import aligned
from app.diagnostics.ranks import Pooled, each, halves
from app.diagnostics.rhat import rhat

MIN_DRAWS = 4
TAILS = 0.05, 0.95
TINY, ROUNDED = float(np.finfo(float).resolution), 1e-9
"""Draws that differ by less are equal; their variance, relative to the square of a mean, is less for all rounding."""
PADDED = 1 << 18
"""Bytes transformed at a time: what stays in a core's cache."""


def autocovariance(x: Array, means: Array | None = None, lags: int | None = None) -> Array:
    """Mean over chains of the biased autocovariance at lags 0 to ``lags``: ``(..., chains, draws) -> (..., lags + 1)``.

    All N − 1 of them where ``lags`` is left out. ``means`` ``(..., chains, 1)`` are those of the chains, where they are
    known already. Transformed in the precision of ``x``: in single, to about 1e-6 of that at lag 0.
    """
    chains, draws = x.shape[-2:]
    lags = draws - 1 if lags is None else lags
    means = x.mean(axis=-1, keepdims=True) if means is None else means
    length = scipy.fft.next_fast_len(draws + lags, real=True)
    power = _power(each(x), each(means), length)
    found: Array = scipy.fft.irfft(power, n=length, axis=-1)[..., : lags + 1] / (draws * chains)
    return found.reshape(*x.shape[:-2], lags + 1)


def _power(x: Array, means: Array, length: int) -> Array:
    """Σ |FFT|² over chains of ``(series, chains, draws)`` about their means, padded to ``length``: ``(series, …)``.

    Some series at a time, or some chains of one.
    """
    series, chains, draws = x.shape
    rows = max(1, PADDED // (length * means.itemsize))
    many, some = min(series, max(1, rows // chains)), min(chains, rows)
    padded, power = aligned((many, some, length), means.dtype), np.zeros((series, 2 * (length // 2 + 1)))
    padded[..., draws:] = 0
    for first, begin in product(range(0, series, many), range(0, chains, some)):
        block = slice(first, first + many), slice(begin, begin + some)
        away = x[block]
        part = padded[: away.shape[0], : away.shape[1]]
        np.subtract(away, means[block], out=part[..., :draws])
        spectrum = scipy.fft.rfft(part, axis=-1).view(padded.dtype)
        power[block[0]] += np.einsum("scf,scf->sf", spectrum, spectrum)
    return np.asarray(power.reshape(series, -1, 2).sum(axis=-1))


def autocorrelation(x: Array, lags: int) -> Array:
    """Autocorrelation within chains at lags 0, …, ``lags``: ``(..., lags + 1)``; NaN where nothing moved.

    There are no more lags than draws.
    """
    covariance = autocovariance(x, lags=min(lags, x.shape[-1] - 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Array = covariance / covariance[..., :1]
    return found


class Mixing(NamedTuple):
    """How chains ``(..., chains, draws)`` go to and fro.

    Attributes:
        time: τ̂ = −1 + 2Σρ̂ by Geyer's initial monotone sequence, ``(...)``.
        within, between: the mean variance of a chain and the variance of their means, ``(...)``.
        still: whether nothing moved.
        shape: chains and draws.
    """

    time: Array
    within: Array
    between: Array
    still: Array
    shape: tuple[int, int]

    @classmethod
    def of(cls, x: Array) -> Mixing:
        """In the precision of ``x``."""
        chains, draws = x.shape[-2:]
        means = x.mean(axis=-1, keepdims=True)
        between = means[..., 0].var(axis=-1, ddof=1) if chains > 1 else np.zeros(x.shape[:-2])
        covariance = autocovariance(x, means)
        within = covariance[..., 0] * draws / (draws - 1)
        with np.errstate(divide="ignore", invalid="ignore"):
            time = _autocorrelation_time(_pooled(covariance, within, between))
        return cls(time, within, between, _still(x, means, within + between), (chains, draws))

    def ess(self) -> Array:
        """S/τ̂, at most S·log₁₀S; S where nothing moved."""
        chains, draws = self.shape
        size = chains * draws
        with np.errstate(divide="ignore", invalid="ignore"):
            found: Array = np.where(self.still, size, size / np.maximum(self.time, 1 / np.log10(size)))
        return found

    def rhat(self) -> Array:
        """√((B/W + N − 1)/N), B = N·``between`` and W = ``within``."""
        _, draws = self.shape
        with np.errstate(divide="ignore", invalid="ignore"):
            found: Array = np.sqrt(self.between / self.within + (draws - 1) / draws)
        return found


def _still(x: Array, means: Array, variance: Array) -> Array:
    """Whether nothing moved; looked up draw by draw only where so small a ``variance`` may be one of rounding."""
    largest = np.abs(means).max(axis=(-2, -1))
    moved = (variance > ROUNDED * largest * largest) & (variance > TINY * TINY)
    found = np.zeros(moved.shape, dtype=bool)
    found[~moved] = np.ptp(x[~moved], axis=(-2, -1)) < TINY
    return found


def ess(x: Array) -> Array:
    """S/τ̂ of the mean of ``(..., chains, draws)``, τ̂ = −1 + 2Σρ̂ by Geyer's initial monotone sequence: ``(...)``.

    ρ̂_t = 1 − (W − mean acov_t)/var⁺ pools the chains, so that chains which disagree have a small one. Antithetic
    chains may exceed S, up to S·log₁₀S.  Where nothing moved every draw counts; where a draw is not finite, NaN.

    Reference: Vehtari et al. 2021, section 3.2; Geyer 1992, Practical Markov chain Monte Carlo, section 3.3.
    """
    return Mixing.of(x).ess()


def _pooled(covariance: Array, within: Array, between: Array) -> Array:
    """ρ̂_t at every lag."""
    rho: Array = 1 - (within[..., None] - covariance) / (covariance[..., :1] + between[..., None])
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


class Judged(NamedTuple):
    """``ess_mean``, ``ess_bulk`` and ``ess_tail`` of draws, ``ess_mean`` of their squares, and R̂."""

    mean: Array
    bulk: Array
    tail: Array
    squares: Array
    rhat: Array


def judged_together(pooled: Pooled) -> Judged:
    """All at once, for less, with the draws' squares about 0; of at least four draws."""
    series = aligned((3 + len(TAILS), *pooled.halves.shape), pooled.precision)
    series[0] = pooled.halves
    np.multiply(pooled.halves, pooled.halves, series[1])
    series[2] = pooled.scores
    for below, probability in zip(series[3:], TAILS, strict=True):
        np.less_equal(pooled.halves, pooled.quantile(probability), out=below)
    mixing = Mixing.of(series)
    mean, of_squares, *others = mixing.ess()
    bulk, low, high = (_where_whole(pooled.x, found) for found in others)
    return Judged(mean, bulk, np.minimum(low, high), of_squares, rhat(pooled, mixing.rhat()[2]))
