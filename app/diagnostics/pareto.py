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
    weights = np.exp(likelihood - scipy.special.logsumexp(likelihood))
    kept = weights >= 10 * np.finfo(float).eps
    mean = float((b[kept] * weights[kept]).sum() / weights[kept].sum())
    k = float(np.log1p(-mean * excess).mean())
    return (count * k + PRIOR_COUNT * PRIOR_SHAPE) / (count + PRIOR_COUNT), -k / mean


def _mean_log(b: Array, excess: Array) -> Array:
    """Mean of ln(1 + bx) over x, for every b, as logarithms of products that cannot overflow.

    Of four numbers x the product is a polynomial in b, and of all of them it takes one matrix product, to 100 roundings
    of 1 at most and a few as a rule; where terms of either sign would cancel, to one rounding, factor by factor.
    """
    largest = math.log10(1 + float(np.abs(b).max()) * float(excess[-1]))
    together = max(1, min(MOST_FACTORS, int(LARGEST_PRODUCT / max(largest, 1.0))))
    together -= together % FOUR if together > FOUR else 0
    whole, b = excess.size - excess.size % together, b[:, None]
    parts = excess[:whole].reshape(together, -1)
    plain = ~(1 + b[:, 0] * excess[-1] >= SMALLEST) | (together < FOUR)
    product = aligned((len(b), parts.shape[1]))
    for rows, multiplied in ((plain, _one_by_one), (~plain, _four_by_four)):
        if rows.any():
            product[rows] = multiplied(b[rows], parts)
    logs = np.log(product, out=product).sum(axis=1) + np.log1p(excess[whole:] * b).sum(axis=1)
    return np.asarray(logs / excess.size)


def _one_by_one(b: Array, parts: Array) -> Array:
    """Π (1 + bx) over the first axis of ``parts`` ``(factors, m)``, for b ``(n, 1)``: ``(n, m)``."""
    product, factor = aligned((2, len(b), parts.shape[1]))
    product[...] = 1
    for some in parts:
        np.multiply(b, some, out=factor)
        factor += 1
        product *= factor
    return np.asarray(product)


def _four_by_four(b: Array, parts: Array) -> Array:
    """The same of a number of factors that four divides."""
    w, x, y, z = parts.reshape(FOUR, -1)
    wx, yz, one, two = w * x, y * z, w + x, y + z
    symmetric = np.stack([np.ones_like(w), one + two, wx + yz + one * two, wx * two + yz * one, wx * yz])
    factors = b ** np.arange(FOUR + 1) @ symmetric
    return np.asarray(np.multiply.reduce(factors.reshape(len(b), len(parts) // FOUR, -1), axis=1))


def _quantile(p: Array, k: float, sigma: float) -> Array:
    """F⁻¹(p) = σ((1 − p)⁻ᵏ − 1)/k, the exponential at k = 0."""
    log_survival = np.log1p(-p)
    return -sigma * log_survival if k == 0 else sigma * np.expm1(-k * log_survival) / k
