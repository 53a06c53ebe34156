"""Pareto k̂: how heavy a tail is, and with it whether a mean over it can be trusted."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import scipy

from app.core.errors import SpecError
from app.core.interfaces import Array
from app.core.memory import aligned
from app.diagnostics.ess import ess_tail

LEAST = 25
"""Draws below which a fifth of them is too short a tail to fit (5)."""
MOST_FACTORS, LARGEST_PRODUCT = 16, 150
"""Numbers that are multiplied before their logarithm is taken, and how many digits their product may have."""
FOUR, SMALLEST = 4, 0.5
"""Numbers that make one polynomial, and the smallest factor that is part of one."""
PRIOR_SCALES, PRIOR_COUNT, PRIOR_SHAPE = 3, 10, 0.5


class Smoothed(NamedTuple):
    """Importance weights whose largest are replaced by quantiles of the fitted tail.

    Attributes:
        log_weights: normalised to sum to one, ``(n,)``.
        k: the tail's shape; above 0.7 estimates by these weights are unreliable, above 1 the mean does not exist.
    """

    log_weights: Array
    k: float


def pareto_smoothed(log_weights: Array) -> Smoothed:
    """Pareto-smoothed importance weights of independent draws ``(n,)``, and their k̂.

    Raises:
        SpecError: fewer than 25 weights, or weights that are all equal in the tail.

    Reference: Vehtari, Simpson, Gelman, Yao & Gabry 2024, Pareto smoothed importance sampling, section 3.
    """
    size = log_weights.size
    shifted = log_weights - log_weights.max()
    order, count = np.argsort(shifted, kind="stable"), tail_size(size)
    tail = np.exp(shifted[order[-count:]])
    cutoff = np.exp(shifted[order[-count - 1]])
    k, sigma = _fitted(tail - cutoff)
    if np.isfinite(k) and sigma > 0:
        at = np.arange(0.5, count) / count
        smooth = np.log(_quantile(at, k, sigma) + cutoff)
        shifted[order[-count:]] = np.minimum(smooth, 0.0)
    return Smoothed(shifted - scipy.special.logsumexp(shifted), k)


def pareto_k(x: Array, effective: float | None = None) -> float:
    """The larger k̂ of the two tails of ``(chains, draws)``; the tail's length allows for autocorrelation.

    ``effective`` is the ESS of the tails, where it is known already.

    Raises:
        SpecError: fewer than 25 draws, or a tail whose draws are all equal.

    Reference: as above, sections 3 and 6.
    """
    flat = np.sort(x, axis=None)
    effective = float(ess_tail(x)) if effective is None else effective
    count = max(5, min(tail_size(flat.size, effective / flat.size), flat.size // 2))
    high, low = flat[-count - 1 :].astype(np.float64), -flat[count::-1].astype(np.float64)
    return max(_fitted(side[1:] - side[0])[0] for side in (high, low))


def tail_size(size: int, efficiency: float = 1.0) -> int:
    """3√(S/r) draws, a fifth of them where S·r is small.

    Raises:
        SpecError: fewer than 25 draws.
    """
    if size < LEAST:
        raise SpecError(f"{size} draws are too few to fit a tail; ask for at least {LEAST}")
    return int(3 * np.sqrt(size / efficiency)) if size * efficiency > 225 else size // 5


def _fitted(excess: Array) -> tuple[float, float]:
    """(k̂, σ̂) of a generalised Pareto distribution, by the empirical Bayes estimate of Zhang & Stephens 2009.

    k̂ is drawn towards 0.5 as by ten further observations, which steadies it for short tails. ``excess`` is in
    rising order.

    Raises:
        SpecError: nothing stands out above the cutoff.
    """
    count = excess.size
    if not excess[-1] - excess[0] >= np.finfo(float).tiny:
        raise SpecError("the draws of the tail are all equal, so it has no shape; ask for more draws")
    grid = 30 + int(np.sqrt(count))
    with np.errstate(divide="ignore", invalid="ignore"):
        b = 1 - np.sqrt(grid / (np.arange(1, grid + 1) - 0.5))
        b = b / (PRIOR_SCALES * excess[int(count / 4 + 0.5) - 1]) + 1 / excess[-1]
        profile = _mean_log(-b, excess)
        likelihood = count * (np.log(-b / profile) - profile - 1)
    weights = np.exp(likelihood - likelihood.max())
    weights /= weights.sum()
    kept = weights >= 10 * np.finfo(float).eps
    mean = float((b[kept] * weights[kept]).sum() / weights[kept].sum())
    k = float(np.log1p(-mean * excess).mean())
    return (count * k + PRIOR_COUNT * PRIOR_SHAPE) / (count + PRIOR_COUNT), -k / mean


def _mean_log(b: Array, excess: Array) -> Array:
    """Mean of ln(1 + bx) over x, for every b; where it can be, as logarithms of products.

    Of four numbers x the product is a polynomial in b, and of all of them it takes one matrix product, to 100 roundings
    of 1 at most and a few as a rule. Where terms of either sign would cancel, or products overflow, one by one.
    """
    logs, b = np.empty(b.size), b[:, None]
    far = 1 + b[:, 0] * excess[-1] >= SMALLEST
    largest = math.log10(1 + float(np.abs(b).max()) * float(excess[-1]))
    times = min(MOST_FACTORS, int(LARGEST_PRODUCT / max(largest, 1.0))) // FOUR
    far &= times > 0
    logs[~far] = np.log1p(b[~far] * excess).sum(axis=1)
    if far.any():
        logs[far] = _by_fours(b[far], excess, times)
    return np.asarray(logs / excess.size)


def _by_fours(b: Array, excess: Array, times: int) -> Array:
    """Σ ln(1 + bx) for b ``(n, 1)``, by products of so many times four numbers: ``(n,)``."""
    whole = excess.size - excess.size % (FOUR * times)
    w, x, y, z = excess[:whole].reshape(FOUR, times, -1)
    wx, yz, one, two = w * x, y * z, w + x, y + z
    symmetric = np.stack([np.ones_like(w), one + two, wx + yz + one * two, wx * two + yz * one, wx * yz], axis=1)
    powers, (product, factor) = b ** np.arange(FOUR + 1), aligned((2, len(b), w.shape[1]))
    product[...] = 1
    for coefficients in symmetric:
        product *= np.matmul(powers, coefficients, out=factor)
    rest = np.log1p(b * excess[whole:]).sum(axis=1)
    return np.asarray(np.log(product, out=product).sum(axis=1) + rest)


def _quantile(p: Array, k: float, sigma: float) -> Array:
    """F⁻¹(p) = σ((1 − p)⁻ᵏ − 1)/k, the exponential at k = 0."""
    log_survival = np.log1p(-p)
    return -sigma * log_survival if k == 0 else sigma * np.expm1(-k * log_survival) / k
