"""Independent Gaussians."""

from __future__ import annotations

from typing import Literal

import numpy as np

from app.core.interfaces import Array
from app.variational._base import Family


class MeanField(Family):
    """q = Π N(θᵢ; mᵢ, sᵢ²), λ = (m, ln s).

    Of a Gaussian with correlation ρ between two coordinates it finds the means, is narrower than the marginals by
    √(1 − ρ²), and falls short of ln Z by −½ ln(1 − ρ²).
    """

    kind: Literal["mean_field"] = "mean_field"
    title = "Mean field"
    summary = "One mean and one width for each coordinate: no correlation, and too narrow wherever there is some."
    reference = "Bishop 2006, Pattern Recognition and Machine Learning, section 10.1.2; Kucukelbir et al. 2017, eq. 5"
    formula = r"q(\theta) = \prod_i \mathcal N(\theta_i \mid m_i, s_i^2)"

    def size(self, dim: int) -> int:
        return 2 * dim

    def root(self, parameters: Array, dim: int) -> Array:
        return np.exp(parameters[..., dim:])[..., None] * np.eye(dim)

    def scales(self, dim: int) -> Array:
        return np.repeat([0.0, 1.0], dim)

    def pull(self, parameters: Array, noise: Array, force: Array) -> Array:
        spread = np.exp(parameters[..., None, noise.shape[-1] :])
        return np.concatenate([force, force * spread * noise], axis=-1)

    def push(self, parameters: Array, noise: Array, v: Array) -> Array:
        dim = noise.shape[-1]
        return np.asarray(v[..., None, :dim] + (v * np.exp(parameters))[..., None, dim:] * noise)

    def packed(self, mean: Array, spread: Array) -> Array:
        return np.concatenate([mean, np.log(spread)])

    def names(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return (*(f"m {name}" for name in names), *(f"ln s {name}" for name in names))
