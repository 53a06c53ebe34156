"""Sobol' points in normal coordinates."""

from __future__ import annotations

import numpy as np
import scipy

from app.core.interfaces import Array

EDGE = 1e-16


def sobol_normals(dim: int, log_points: int, seed: int) -> Array:
    """2^``log_points`` scrambled Sobol' points as quantiles of N(0, I), ``(n, dim)``."""
    from scipy.stats import qmc

    points = qmc.Sobol(dim, scramble=True, rng=np.random.default_rng(seed)).random_base2(log_points)
    return np.asarray(scipy.special.ndtri(np.clip(points, EDGE, 1 - EDGE)))
