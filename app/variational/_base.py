"""What a family of approximations is."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from app.core.interfaces import Array
from app.core.spec import CatalogueEntry
from app.targets._energies import LOG_2PI


class Family(CatalogueEntry):
    """Gaussians N(m, LLᵀ) by a vector λ: θ = m + Lε with ε ~ N(0, I).

    L is lower triangular; the logarithms of its diagonal are parameters, all else in it enters as it is. So θ is linear
    in λ but for those logarithms ρ, for which ∂θ/∂ρ = ∂²θ/∂ρ²; and the entropy Σρ + ½d(1 + ln 2π) is linear.
    """

    def size(self, dim: int) -> int:
        """Length of λ."""
        raise NotImplementedError

    def mean(self, parameters: Array, dim: int) -> Array:
        """m: ``(..., size) -> (..., d)``."""
        return parameters[..., :dim]

    def root(self, parameters: Array, dim: int) -> Array:
        """L: ``(..., size) -> (..., d, d)``."""
        raise NotImplementedError

    def scales(self, dim: int) -> Array:
        """1 for each entry of λ that is a ρ, else 0: ``(size,)``."""
        raise NotImplementedError

    def pull(self, parameters: Array, noise: Array, force: Array) -> Array:
        """forceᵀ ∂θ/∂λ for each ε: ``(..., size), (n, d), (..., n, d) -> (..., n, size)``."""
        raise NotImplementedError

    def push(self, parameters: Array, noise: Array, v: Array) -> Array:
        """∂θ/∂λ·v for each ε: ``(..., size), (n, d), (..., size) -> (..., n, d)``."""
        raise NotImplementedError

    def packed(self, mean: Array, spread: Array) -> Array:
        """λ of N(mean, diag spread²)."""
        raise NotImplementedError

    def names(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Names of λ, from those of θ."""
        raise NotImplementedError

    def place(self, parameters: Array, noise: Array) -> Array:
        """θ = m + Lε: ``(..., size), (n, d) -> (..., n, d)``."""
        dim = noise.shape[-1]
        shift: Array = np.einsum("...ij,nj->...ni", self.root(parameters, dim), noise)
        return self.mean(parameters, dim)[..., None, :] + shift

    def entropy(self, parameters: Array, dim: int) -> Array:
        """Σρ + ½d(1 + ln 2π): ``(..., size) -> (...)``."""
        return np.asarray(parameters @ self.scales(dim) + 0.5 * dim * (1 + LOG_2PI))

    def moments(self, parameters: Array, dim: int) -> Gaussian:
        """Mean and covariance at one λ ``(size,)``."""
        root = self.root(parameters, dim)
        return Gaussian(self.mean(parameters, dim).copy(), root @ root.T)


class Gaussian(NamedTuple):
    """N(mean, covariance)."""

    mean: Array
    covariance: Array
