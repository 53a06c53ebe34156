"""A Gaussian with all its correlations."""

from __future__ import annotations

from typing import Literal

import numpy as np

from app.core.interfaces import Array
from app.variational._base import Family


class FullRank(Family):
    """q = N(m, LLᵀ), λ = (m, ln diag L, the rows of L below its diagonal)."""

    kind: Literal["full_rank"] = "full_rank"
    title = "Full rank"
    summary = "Any Gaussian: exact for a Gaussian posterior, and blind to everything that bends or splits."
    reference = "Kucukelbir et al. 2017, Automatic differentiation variational inference, JMLR 18, eq. 6"
    formula = r"q(\theta) = \mathcal N(\theta \mid m, L L^{\mathsf T})"

    def size(self, dim: int) -> int:
        return 2 * dim + dim * (dim - 1) // 2

    def root(self, parameters: Array, dim: int) -> Array:
        root = np.exp(parameters[..., dim : 2 * dim])[..., None] * np.eye(dim)
        root[..., *np.tril_indices(dim, -1)] = parameters[..., 2 * dim :]
        return root

    def scales(self, dim: int) -> Array:
        return np.concatenate([np.repeat([0.0, 1.0], dim), np.zeros(dim * (dim - 1) // 2)])

    def pull(self, parameters: Array, noise: Array, force: Array) -> Array:
        dim = noise.shape[-1]
        spread = np.exp(parameters[..., None, dim : 2 * dim])
        rows, columns = np.tril_indices(dim, -1)
        return np.concatenate([force, force * spread * noise, force[..., rows] * noise[..., columns]], axis=-1)

    def push(self, parameters: Array, noise: Array, v: Array) -> Array:
        dim = noise.shape[-1]
        lead = np.broadcast_shapes(parameters.shape, v.shape)
        change = (np.exp(parameters[..., dim : 2 * dim]) * v[..., dim : 2 * dim])[..., None] * np.eye(dim)
        change = np.broadcast_to(change, (*lead[:-1], dim, dim)).copy()
        change[..., *np.tril_indices(dim, -1)] = v[..., 2 * dim :]
        return np.asarray(v[..., None, :dim] + np.einsum("...ij,nj->...ni", change, noise))

    def packed(self, mean: Array, spread: Array) -> Array:
        dim = len(mean)
        return np.concatenate([mean, np.log(spread), np.zeros(dim * (dim - 1) // 2)])

    def names(self, names: tuple[str, ...]) -> tuple[str, ...]:
        pairs = zip(*np.tril_indices(len(names), -1), strict=True)
        below = (f"L {names[i]}, {names[j]}" for i, j in pairs)
        return (*(f"m {name}" for name in names), *(f"ln L {name}" for name in names), *below)
