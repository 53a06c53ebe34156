"""The Hessian at one point as a matrix-vector product: all that the other modules know of an objective."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from app.core.interfaces import Array, LayeredObjective, Objective

ROW_NUMBERS = 1 << 18

Product = Callable[[Array], Array]
"""v ↦ Av for a symmetric A, ``(..., d) -> (..., d)``."""


def product_at(objective: Objective, theta: Array) -> Product:
    """v ↦ ∇²f(θ)·v at one ``theta`` ``(d,)``; on a network θ's own passes are done here, once for all products."""
    return objective.hvp_at(theta) if isinstance(objective, LayeredObjective) else partial(objective.hvp, theta)


def block(product: Product, dim: int, start: int, stop: int) -> Product:
    """The diagonal block A[start:stop, start:stop], by products with vectors that are zero elsewhere."""

    return partial(_block, product, dim, slice(start, stop))


def _block(product: Product, dim: int, some: slice, v: Array) -> Array:
    padded = np.zeros((*v.shape[:-1], dim), v.dtype)
    padded[..., some] = v
    return product(padded)[..., some]


def scaled(product: Product, scale: Array) -> Product:
    """SAS for a diagonal S ``(d,)``; with S = P^{−1/2} it is symmetric and has the eigenvalues of P⁻¹A."""
    return partial(_scaled, product, scale)


def _scaled(product: Product, scale: Array, v: Array) -> Array:
    return np.asarray(scale * product(scale * v))


def rows_at_once(dim: int, times: int = 1) -> int:
    """Vectors that one piece of work multiplies: 10 ``times``, fewer where long. By ``dim`` alone: see ``Work``."""
    return max(1, min(10 * times, ROW_NUMBERS // dim))


def random_stream(purpose: int, number: int = 0) -> np.random.Generator:
    """Fixed randomness (start vectors, probes), so that equal inputs give equal bytes."""
    return np.random.Generator(np.random.Philox(key=[purpose, number]))
