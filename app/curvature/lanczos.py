"""Lanczos with full reorthogonalisation, one product at a time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from app.core.errors import SpecError
from app.core.interfaces import Array
from app.curvature.products import Product

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
