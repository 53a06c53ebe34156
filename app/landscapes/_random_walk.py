"""How much of a pure random walk its own principal components explain: the null beside every fitted plane."""

from __future__ import annotations

from functools import cache

import numpy as np

from app.core.interfaces import Array

WIDE = 256
"""Dimensions from which the limit of infinitely many is used: its error is below 0.3 % there."""

MODES = 48
"""Components of a walk that are drawn one by one; the others together count as isotropic."""

WALKS = (32, 1024)
"""Fewest and most walks drawn for one mean."""


def limit_fractions(points: int, count: int) -> Array:
    """Fraction of the variance in components 1 … ``count`` of a walk of ``points`` points in many dimensions.

    The centred walk's Gram matrix tends to the pseudo-inverse of the path graph's Laplacian, whose eigenvalues are
    1/(4 sin²(πk/2n)), k < n, and sum to (n² − 1)/6; a long walk's fractions are 6/(π²k²).

    Reference: Antognini & Sohl-Dickstein 2018, PCA of high dimensional random walks, NeurIPS, section 3.
    """
    k = np.arange(1, count + 1)
    fractions = 1.5 / ((points**2 - 1) * np.sin(np.pi * k / (2 * points)) ** 2)
    return np.where(k < points, fractions, 0.0)


@cache
def random_walk_explained(points: int, dim: int) -> tuple[float, float]:
    """Expected fraction of the variance in the first two components of a random walk of ``points`` points in ``dim``.

    In few dimensions a walk is captured better than ``limit_fractions`` says (in two, wholly); so below ``WIDE`` this
    is the mean over seeded draws of the walk's scatter Σₖ λₖ zₖzₖᵀ, zₖ ~ N(0, I), standard error below 0.01.
    """
    if dim >= WIDE:
        first, second = limit_fractions(points, 2)
    else:
        first, second = _mean_fractions(limit_fractions(points, MODES), dim)
    return float(first), float(second)


def _mean_fractions(modes: Array, dim: int) -> Array:
    fewest, most = WALKS
    walks = min(most, max(fewest, 16_384 // dim))
    rng = np.random.Generator(np.random.Philox(key=dim))
    components = np.sqrt(modes)[:, None] * rng.standard_normal((walks, modes.size, dim))
    scatter = components.mT @ components if dim < modes.size else components @ components.mT
    rest = max(0.0, 1 - modes.sum())
    total = np.trace(scatter, axis1=1, axis2=2) + rest * dim
    largest = np.linalg.eigvalsh(scatter)[:, ::-1][:, :2] + rest
    fractions = (largest / total[:, None]).mean(axis=0)
    return np.pad(fractions, (0, 2 - fractions.size))
