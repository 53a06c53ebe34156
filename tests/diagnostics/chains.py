"""Chains whose law is known."""

from __future__ import annotations

import numpy as np


def rng(seed: int) -> np.random.Generator:
    """Reproducible randomness."""
    return np.random.Generator(np.random.Philox(key=seed))


def autoregressive(rho: float, shape: tuple[int, int], seed: int) -> np.ndarray:
    """x_t = ρx_{t−1} + √(1−ρ²)·ε, ``(chains, draws)``, begun at its stationary law N(0, 1)."""
    noise = rng(seed).standard_normal(shape)
    x = noise.copy()
    for t in range(1, shape[1]):
        x[:, t] = rho * x[:, t - 1] + np.sqrt(1 - rho**2) * noise[:, t]
    return x
