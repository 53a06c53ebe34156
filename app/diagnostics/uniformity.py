"""Whether ranks are uniform, as simulation-based calibration demands of a sampler that draws from its posterior."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy

from app.core.interfaces import Array

HALVINGS = 40


class Histogram(NamedTuple):
    """Ranks in equal bins.

    Attributes:
        counts: ``(bins,)``.
        expected: the count of every bin if the ranks were uniform.
        chi_squared: Σ(count − expected)²/expected.
        p_value: of a χ² this large, with bins − 1 degrees of freedom.
    """

    counts: Array
    expected: float
    chi_squared: float
    p_value: float


def rank_histogram(ranks: Array, highest: int, bins: int) -> Histogram:
    """The histogram of whole ranks 0, …, ``highest`` in ``bins`` bins; ``bins`` divides ``highest`` + 1.

    Reference: Talts, Betancourt, Simpson, Vehtari & Gelman 2018, Validating Bayesian inference algorithms with
    simulation-based calibration, section 5.
    """
    counts = np.bincount(ranks * bins // (highest + 1), minlength=bins)
    expected = ranks.size / bins
    chi_squared = float(((counts - expected) ** 2).sum() / expected)
    return Histogram(counts, expected, chi_squared, float(scipy.special.chdtrc(bins - 1, chi_squared)))


class Band(NamedTuple):
    """Where the empirical distribution function of uniform ranks stays with a given probability, everywhere at once.

    Attributes:
        at: the shares of the ranks, ``(points,)``, from above 0 to below 1.
        low, high: bounds of the distribution function there.
    """

    at: Array
    low: Array
    high: Array


def simultaneous_band(samples: int, points: int, probability: float) -> Band:
    """The band at k/points, k = 1, …, points − 1, of ``samples`` uniform values.

    The pointwise level is chosen so that all points are inside together with ``probability``; that is computed, not
    simulated.

    Reference: Säilynoja, Bürkner & Vehtari 2022, Graphical test for discrete uniformity, section 2.2.
    """
    at = np.arange(1, points) / points
    low, high = 0.0, 1 - probability
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        inside = _probability_inside(samples, at, *_pointwise(samples, at, middle))
        low, high = (middle, high) if inside > probability else (low, middle)
    lower, upper = _pointwise(samples, at, low)
    return Band(at, lower / samples, upper / samples)


def count_range(samples: int, bins: int, probability: float) -> tuple[int, int]:
    """Between which counts one bin of uniform values stays with at least ``probability``."""
    low, high = _pointwise(samples, np.array([1 / bins]), 1 - probability)
    return int(low[0]), int(high[0])


def _pointwise(samples: int, at: Array, level: float) -> tuple[Array, Array]:
    """Counts that a binomial stays within but for ``level``/2 on either side."""
    return _quantile(level / 2, samples, at), _quantile(1 - level / 2, samples, at)


def _quantile(probability: float, samples: int, at: Array) -> Array:
    """The least k with P(X ≤ k) ≥ ``probability``, X binomial."""
    k = np.clip(np.ceil(scipy.special.bdtrik(probability, samples, at)), 0, samples)
    lower = np.maximum(k - 1, 0)
    found: Array = np.where(scipy.special.bdtr(lower, samples, at) >= probability, lower, k)
    return found


def _probability_inside(samples: int, at: Array, low: Array, high: Array) -> float:
    """P(low ≤ counts below each point ≤ high), by the Markov chain of the counts."""
    before, reached = np.zeros(1), np.ones(1)
    steps = np.diff(at, prepend=0.0) / (1 - np.concatenate([[0.0], at[:-1]]))
    for share, first, last in zip(steps, low, high, strict=True):
        after = np.arange(first, last + 1)
        reached = reached @ _binomial(after - before[:, None], samples - before[:, None], share)
        before = after
    return float(reached.sum())


def _binomial(k: Array, n: Array, p: float) -> Array:
    """P(X = k); zero outside 0, …, n."""
    possible = (k >= 0) & (k <= n)
    k = np.where(possible, k, 0)
    log_choose = scipy.special.gammaln(n + 1) - scipy.special.gammaln(k + 1) - scipy.special.gammaln(n - k + 1)
    return np.where(possible, np.exp(log_choose + scipy.special.xlogy(k, p) + scipy.special.xlog1py(n - k, -p)), 0.0)
