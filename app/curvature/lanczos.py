"""Lanczos with full reorthogonalisation, one product at a time, and the quadrature that it is."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy

from app.core.errors import SpecError
from app.core.interfaces import Array
from app.core.threads import shared_out
from app.curvature.products import Product, rows_at_once

INVARIANT = {"f": 1e-5, "d": 1e-12}
"""What is left of Aq outside the space, relative to Aq, below which it counts as invariant, in either precision."""


KEPT = 0.7
"""A vector that keeps this share of its length while it is made orthogonal is so to rounding (Parlett 1998, 6.9)."""


class Krylov(NamedTuple):
    """An orthonormal basis Q of a growing space, and A seen in it.

    Attributes:
        basis: ``(width + 1, d)``; the first ``size`` rows are Q, the next one (where β > 0) is what comes after.
        projected: QᵀAQ, in the first ``size`` rows and columns of ``(width, width)``.
        size: how many vectors.
        beta: β = ‖(I − QQᵀ)Aq‖ of the last q; 0 where the space is invariant, so that the projection is exact.
    """

    basis: Array
    projected: Array
    size: int
    beta: float

    @property
    def matrix(self) -> Array:
        """QᵀAQ, ``(size, size)``."""
        return self.projected[: self.size, : self.size]


def begin(start: Array, width: int) -> Krylov:
    """An empty space that grows from ``start`` ``(d,)``, in its precision, to at most ``width`` vectors."""
    width = min(width, start.size)
    basis = np.zeros((width + 1, start.size), start.dtype)
    basis[0] = start / np.linalg.norm(start)
    return Krylov(basis, np.zeros((width, width)), 0, np.inf)


def extended(product: Product, space: Krylov) -> Krylov:
    """The space with one more vector; writes into its arrays, beyond what was filled.

    The new direction is made orthogonal to the last two vectors, which is all that exact arithmetic asks for between
    restarts, and then to all of them, until that no longer shortens it ("twice is enough", Parlett 1998, section 6.9):
    no eigenvalue comes out as a cluster of copies.

    Reference: Golub & Van Loan 2013, Matrix computations, Algorithm 10.1.1 and section 10.3.

    Raises:
        SpecError: the product is not finite.
    """
    known = space.basis[: space.size + 1]
    vector = np.array(product(known[-1]), known.dtype)
    scale, column = _length(vector), np.zeros(len(known))
    if not np.isfinite(scale):
        raise SpecError("the Hessian is not finite at these parameters; choose another point")
    _orthogonalise(vector, known[-2:], column[-2:])
    for _ in range(2):
        before = _length(vector)
        _orthogonalise(vector, known, column)
        if (beta := _length(vector)) > KEPT * before:
            break
    space.projected[space.size, : len(known)] = space.projected[: len(known), space.size] = column
    size = max(scale, float(np.abs(np.diagonal(space.projected)).max()))
    if beta <= INVARIANT[vector.dtype.char] * size or len(known) == vector.size:
        return space._replace(size=len(known), beta=0.0)
    space.basis[len(known)] = vector / beta
    return space._replace(size=len(known), beta=beta)


def _orthogonalise(vector: Array, known: Array, column: Array) -> None:
    """Take what lies along the rows of ``known`` out of ``vector``, and add its coordinates to ``column``."""
    along = known @ vector
    vector -= along @ known
    column += along


def _length(vector: Array) -> float:
    return float(np.sqrt(vector @ vector))


def joined(space: Krylov, vector: Array) -> Krylov:
    """An invariant space that is to go on from the part of ``vector`` ``(d,)`` outside it."""
    known = space.basis[: space.size]
    for _ in range(2):
        vector = vector - (known @ vector) @ known
    space.basis[space.size] = vector / np.linalg.norm(vector)
    return space


class Quadrature(NamedTuple):
    """Σ weights·g(nodes) ≈ vᵀ g(A) v for a unit vector v, exact for polynomials g of degree 2·len(nodes) − 1."""

    nodes: Array
    weights: Array


class GaussQuadratures(NamedTuple):
    """Gauss quadratures of the spectral measure of A at each of ``starts`` ``(k, d)``, by ``steps`` products each.

    A piece takes about as many products as any other work does; threads share the starts out. One ends early where its
    space is invariant.

    Reference: Golub & Welsch 1969, Calculation of Gauss quadrature rules; Ubaru, Chen & Saad 2017, Fast estimation of
    tr(f(A)) via stochastic Lanczos quadrature, Algorithm 1.
    """

    product: Product
    starts: Array
    steps: int

    def begin(self) -> tuple[Krylov, ...]:
        """Nothing but the starts."""
        return tuple(begin(start, self.steps) for start in self.starts)

    def advance(self, state: tuple[Krylov, ...]) -> tuple[Krylov, ...]:
        """Some more nodes of each."""
        middle = (len(state) + 1) // 2
        halves = shared_out(self._advanced, [half for half in (state[:middle], state[middle:]) if half])
        return tuple(space for half in halves for space in half)

    def result(self, state: tuple[Krylov, ...]) -> list[Quadrature] | None:
        """Nodes and weights of each."""
        return None if any(map(self._grows, state)) else [_quadrature(space) for space in state]

    def _advanced(self, spaces: tuple[Krylov, ...]) -> list[Krylov]:
        count = max(1, rows_at_once(self.starts.shape[1]) // len(self.starts))
        return [self._extended(space, count) for space in spaces]

    def _extended(self, space: Krylov, count: int) -> Krylov:
        for _ in range(count):
            if self._grows(space):
                space = extended(self.product, space)
        return space

    def _grows(self, space: Krylov) -> bool:
        return space.size < min(self.steps, self.starts.shape[1]) and space.beta > 0


def _quadrature(space: Krylov) -> Quadrature:
    nodes, vectors = scipy.linalg.eigh_tridiagonal(np.diagonal(space.matrix), np.diagonal(space.matrix, 1))
    return Quadrature(nodes, vectors[0] ** 2)
