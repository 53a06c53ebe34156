"""Stein's identities: what must be true of draws from a density, whoever drew them, without knowing the answer."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from app.core.interfaces import Array
from app.diagnostics.mcse import mcse_mean

ORDERS = 3


class SteinResidual(NamedTuple):
    """Means that vanish under the target, with their standard errors, each ``(..., 3)`` for the orders k = 0, 1, 2.

    A mean of many standard errors is a sampler that draws from something else (or has not arrived yet).
    """

    mean: Array
    error: Array

    @property
    def score(self) -> Array:
        """Mean over error; NaN where the chains never moved."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.mean / self.error)


def stein_residual(x: Array, gradient: Array) -> SteinResidual:
    """E[(θ − c)ᵏ ∂ ln p̃ + k(θ − c)^{k−1}] = 0 for draws and ∂ ln p̃ along one coordinate, ``(..., chains, draws)``.

    k = 0: forces balance; k = 1: equipartition, ⟨(θ − c)·∂⟩ = −1; k = 2: the same of the skew. c is the mean of the
    draws, in units of whose deviation θ − c is taken. Holds for every density whose tails fall fast enough for the
    moments to exist.

    Reference: Gorham & Mackey 2015, Measuring sample quality with Stein's method, section 2; Stein 1972.
    """
    scale = x.std(axis=(-2, -1), keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (x - x.mean(axis=(-2, -1), keepdims=True)) / scale
        force = gradient * scale
    terms = np.stack([force, z * force + 1, z * z * force + 2 * z], axis=-3)
    return SteinResidual(terms.mean(axis=(-2, -1)), mcse_mean(terms))
