"""The spectral density of a symmetric operator: a histogram of its eigenvalues, smoothed, without computing them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import ceil
from typing import NamedTuple

import numpy as np

from app.core.interfaces import Array
from app.curvature.products import Product, random_stream
from app.curvature.quadrature import GaussQuadratures, Quadrature

PROBE = 4
ABREAST_NUMBERS = 2_500_000
"""Numbers that are carried from piece to piece, at most, unless one probe has more; half of that on the average."""
REACH = 4.0
"""Half a smoothed peak's extent, in standard deviations."""


class Density(NamedTuple):
    """φ(x) = (1/d) Σᵢ N(x; λᵢ, σ²) on a grid, and the standard error of its estimate (0 where it is exact)."""

    values: Array
    standard_error: Array


class Grid(NamedTuple):
    """Where a density is shown, ``(points,)``, and the width σ of each smoothed eigenvalue."""

    x: Array
    sigma: float


def grid_over(low: float, high: float, points: int, smoothing: float) -> Grid:
    """A grid over a spectrum; σ is ``smoothing`` of its width (of its size, where all eigenvalues are equal)."""
    width = high - low
    scale = width if width > 1e-12 * max(abs(low), abs(high)) else max(abs(low), abs(high)) or 1.0
    sigma = smoothing * scale
    return Grid(np.linspace(low - REACH * sigma, high + REACH * sigma, points), sigma)


@lru_cache(maxsize=4)
def probes(dim: int, count: int) -> Array:
    """Orthonormal random vectors ``(≤ count, dim)``, uniform over such frames.

    Orthogonality lowers the variance of independent probes by the factor 1 − (count − 1)/(dim − 1): a whole basis has
    none.
    """
    draw = random_stream(PROBE).standard_normal((dim, min(count, dim)))
    rows = np.ascontiguousarray(np.linalg.qr(draw)[0].T)
    rows.setflags(write=False)  # kept from piece to piece
    return rows


def abreast(dim: int, count: int, steps: int) -> list[range]:
    """Which of ``count`` probes are followed side by side: no more than have ``ABREAST_NUMBERS`` in their bases."""
    most = max(1, ABREAST_NUMBERS // (dim * steps))
    size = ceil(count / ceil(count / most))
    return [range(start, min(start + size, count)) for start in range(0, count, size)]


def probing(
    product: Product, dim: int, count: int, some: range, steps: int, precision: str = "float64"
) -> GaussQuadratures:
    """The spectral measures seen by ``some`` of ``count`` probes; ``product`` takes and gives that precision."""
    return GaussQuadratures(product, probes(dim, count)[some.start : some.stop].astype(precision), steps)


def lanczos_density(quadratures: Sequence[Quadrature], dim: int, grid: Grid) -> Density:
    """Stochastic Lanczos quadrature: the mean over probes of Σⱼ wⱼ N(x; nodeⱼ, σ²).

    Two errors: Gauss quadrature with m nodes resolves peaks of σ ≥ about width/m, finer ones at the ends of the
    spectrum and exact where m reaches the number of distinct eigenvalues; and the probes are a sample, whose standard
    error is given (it falls to 0 as they come to span the space).

    Reference: Ghorbani, Krishnan & Xiao 2019, An investigation into neural net optimization via Hessian eigenvalue
    density, section 2.1; Lin, Saad & Yang 2016, Approximating spectral densities of large matrices.
    """
    curves = np.stack([_smoothed(q.nodes, q.weights, grid) for q in quadratures])
    count = len(curves)
    spread = curves.std(axis=0, ddof=1) if count > 1 else np.zeros(len(grid.x))
    return Density(curves.mean(axis=0), spread * np.sqrt(max(0.0, 1.0 - count / dim) / count))


def exact_density(eigenvalues: Array, grid: Grid) -> Density:
    """The density of a known spectrum."""
    weights = np.full(len(eigenvalues), 1.0 / len(eigenvalues))
    return Density(_smoothed(eigenvalues, weights, grid), np.zeros(len(grid.x)))


def _smoothed(nodes: Array, weights: Array, grid: Grid) -> Array:
    standard = (grid.x[:, None] - nodes) / grid.sigma
    kernel = np.exp(-0.5 * standard * standard) / (grid.sigma * np.sqrt(2.0 * np.pi))
    return np.asarray(kernel @ weights)
