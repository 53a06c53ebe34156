"""What a network says of its curvature: products with the Hessian and its Gauss–Newton part, and both as matrices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.core.errors import BudgetError
from app.core.interfaces import Array
from app.core.memory import unbuffered
from app.core.threads import shared_out
from app.objectives._network_curvature import Linearisation
from app.objectives._network_examples import Kernel, floating, quiet
from app.objectives._network_lanes import Piece
from app.objectives._network_mean import MeanLoss, Penalties
from app.objectives._network_products import SHARED_NUMBERS, Products, pieces

PASSES = 3
"""Buffers of that size in use at once where the forward pass is remembered."""
MAX_HESSIAN = 3_000
"""Largest d for which the whole Hessian is formed (72 MB)."""


@dataclass(frozen=True, eq=False)
class ProductAt:
    """v ↦ Av at one θ ``(d,)``, in its precision."""

    mean: Products
    penalties: Penalties
    theta: Array

    def __call__(self, v: Array) -> Array:
        """``(..., d) -> (..., d)``."""
        rows = floating(v).astype(self.theta.dtype, copy=False).reshape(-1, self.theta.size)
        with unbuffered(over="ignore", invalid="ignore"):
            found = self.mean(rows)
            self.penalties.add_hvp(self.theta, rows, found)
        return found.reshape(v.shape)


class Curved:
    """The part of a network that bends; abstract."""

    dim: int
    _mean: MeanLoss
    _penalties: Penalties

    def _batched(self, kernel: Kernel, theta: Array, buffers: int) -> tuple[Array, ...]:
        raise NotImplementedError

    def hvp(self, theta: Array, v: Array) -> Array:
        """∇²f(θ)·v, exact; leading axes broadcast. One θ for many v is the fast case: θ's own passes are done once."""
        theta, v = floating(theta), floating(v)
        if theta.size == self.dim:
            lead, one = np.broadcast_shapes(theta.shape, v.shape)[:-1], theta.reshape(self.dim)
            return self.hvp_at(one)(v).reshape(*lead, self.dim)
        pairs = np.concatenate(np.broadcast_arrays(theta, v), axis=-1)
        return self._batched(self._pairwise, pairs, 2 * PASSES)[0]

    def hvp_at(self, theta: Array) -> Callable[[Array], Array]:
        """v ↦ ∇²f(θ)·v at one θ ``(d,)``, for v ``(..., d)``: θ's own passes are done once, for all products."""
        return self._products_at(theta, straight=False)

    def ggn_at(self, theta: Array) -> Callable[[Array], Array]:
        """v ↦ Gv at one θ ``(d,)``, for v ``(..., d)``; G as in :meth:`gauss_newton`."""
        return self._products_at(theta, straight=True)

    def _products_at(self, theta: Array, *, straight: bool) -> Callable[[Array], Array]:
        theta = floating(theta)
        net, count = self._mean.net, self._mean.examples.count

        def part(some: slice) -> Piece:
            state = self._mean.part(theta, some)
            return Piece(state.straightened() if straight else state)

        with quiet():
            some = pieces(net, count, theta.itemsize)
            parts = list(map(part, some)) if net.dim * count < SHARED_NUMBERS else shared_out(part, some)
            return ProductAt(Products(parts), self._penalties, theta)

    def _pairwise(self, pairs: Array) -> tuple[Array]:
        theta, v = pairs[..., : self.dim], pairs[..., self.dim :]
        product = self._linearise(theta).hvp(v)
        self._penalties.add_hvp(theta, v, product)
        return (product,)

    def _linearise(self, theta: Array) -> Linearisation:
        with quiet():
            return self._mean.linearise(floating(theta))

    def hessian(self, theta: Array) -> Array:
        """∇²f(θ), exactly symmetric, in θ's precision: ``(..., d) -> (..., d, d)``.

        Raises:
            BudgetError: d is over ``MAX_HESSIAN``.
            TypeError: θ is complex.
        """
        return self._matrix("Hessian", theta, straight=False)

    def gauss_newton(self, theta: Array) -> Array:
        """G = JᵀHJ/n + ∇²Ω, symmetric and, with convex penalties, positive semi-definite: ``(..., d) -> (..., d, d)``.

        J is the Jacobian of the outputs of all n examples in θ, H the Hessian of the loss in the outputs. The
        penalties Ω are no part of the network and keep their exact Hessian, so that ∇²f − G is what the network's own
        bending adds. For cross-entropy, and for squared error as a Gaussian likelihood, JᵀHJ/n is the Fisher
        information of the network's own distribution over targets (Martens 2020, section 9.2).

        Raises:
            BudgetError: d is over ``MAX_HESSIAN``.
        """
        return self._matrix("Gauss–Newton matrix", theta, straight=True)

    def hessian_diagonal(self, theta: Array) -> Array:
        """The diagonal of ∇²f(θ), exact, for networks of any size: ``(d,) -> (d,)``."""
        with unbuffered(over="ignore", invalid="ignore"):
            found = self._mean.hessian_diagonal(floating(theta))
            self._penalties.add_diagonal(theta, found)
        return found

    def _matrix(self, name: str, theta: Array, *, straight: bool) -> Array:
        if self.dim > MAX_HESSIAN:
            raise BudgetError(
                f"{self.dim} parameters must be at most {MAX_HESSIAN} for the whole {name} to be formed; "
                f"use fewer units, or products of the {name} with vectors"
            )

        thetas = floating(theta)
        with unbuffered(over="ignore", invalid="ignore"):
            found = [self._matrix_at(one, straight) for one in thetas.reshape(-1, self.dim)]
        return found[0] if thetas.ndim == 1 else np.stack(found).reshape(*thetas.shape, self.dim)

    def _matrix_at(self, theta: Array, straight: bool) -> Array:
        matrix = self._mean.hessian(theta, straight)
        self._penalties.add_hessian(theta, matrix)
        return matrix
