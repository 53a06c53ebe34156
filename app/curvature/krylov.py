"""Krylov spaces of a symmetric operator that grow abreast, one from each of many starts."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from app.core.errors import SpecError
from app.core.interfaces import Array
from app.curvature.lanczos import INVARIANT, KEPT
from app.curvature.products import Product


class Spaces(NamedTuple):
    """Krylov spaces of k starts that grow in step.

    Attributes:
        basis: ``(k, width + 1, d)``: ``size`` orthonormal vectors of each, and the next one, which is zero where the
            space is invariant.
        alpha: the diagonal of the projected operator, ``(k, width)``.
        beta: what is beside it; 0 from where the space is invariant.
        size: how many vectors.
    """

    basis: Array
    alpha: Array
    beta: Array
    size: int

    def __reduce__(self) -> tuple[Callable[..., Spaces], tuple[Array, Array, Array, int]]:
        """Only what is filled is carried from process to process."""
        return _restored, (self.basis[:, : self.size + 1], self.alpha, self.beta, self.size)

    def joined(self, vectors: Array, alpha: Array, beta: Array) -> Spaces:
        """Grown by vectors ``(k, n, d)`` that were found elsewhere; writes into its basis, beyond what was filled."""
        size = self.size + vectors.shape[1]
        self.basis[:, self.size + 1 : size + 1] = vectors
        return Spaces(self.basis, alpha, beta, size)

    @property
    def grows(self) -> bool:
        """Whether there is more to find."""
        return self.size < self.alpha.shape[1] and bool(self.size == 0 or self.beta[:, self.size - 1].any())


def _restored(filled: Array, alpha: Array, beta: Array, size: int) -> Spaces:
    basis = np.empty((len(filled), alpha.shape[1] + 1, filled.shape[2]), filled.dtype)
    basis[:, : size + 1] = filled
    return Spaces(basis, alpha, beta, size)


def begin(starts: Array, width: int) -> Spaces:
    """Empty spaces that grow from ``starts`` ``(k, d)``, in their precision, to at most ``width`` vectors."""
    count, dim = starts.shape
    width = min(width, dim)
    basis = np.empty((count, width + 1, dim), starts.dtype)
    basis[:, 0] = starts / np.linalg.norm(starts, axis=1, keepdims=True)
    return Spaces(basis, np.zeros((count, width)), np.zeros((count, width)), 0)


def grown(spaces: Spaces, product: Product) -> Spaces:
    """The spaces with one more vector each; writes into their arrays, beyond what was filled.

    As :func:`.lanczos.extended`, with as few and as long sweeps as there may be. What one space does depends on no
    other.

    Raises:
        SpecError: a product is not finite.
    """
    size, known = spaces.size, spaces.basis[:, : spaces.size + 1]
    vectors = np.array(product(known[:, -1]), known.dtype)
    scale, columns = _lengths(vectors), np.zeros(known.shape[:2], known.dtype)
    if not np.isfinite(scale).all():
        raise SpecError("the Hessian is not finite at these parameters; choose another point")
    _orthogonalise(vectors, known[:, -2:], columns[:, -2:], None)
    beta, loose = _lengths(vectors), None
    for _ in range(2):
        before = beta
        _orthogonalise(vectors, known, columns, loose)
        beta = _lengths(vectors)
        loose = beta < KEPT * before
        if not loose.any():
            break
    spaces.alpha[:, size] = columns[:, -1]
    largest = np.maximum(scale, np.abs(spaces.alpha[:, : size + 1]).max(axis=1))
    beta[(beta <= INVARIANT[known.dtype.char] * largest) | (size + 1 == known.shape[2])] = 0
    spaces.beta[:, size] = beta
    divisor = np.where(beta > 0, beta, np.inf).astype(known.dtype)
    np.divide(vectors, divisor[:, None], out=spaces.basis[:, size + 1])
    return spaces._replace(size=size + 1)


def _orthogonalise(vectors: Array, known: Array, columns: Array, some: Array | None) -> None:
    """Take what lies along the rows of ``known`` out of the vectors (``some`` of them), and add it to ``columns``."""
    along = np.matmul(known, vectors[:, :, None])[:, :, 0]
    if some is not None:
        along *= some[:, None]
    vectors -= np.matmul(along[:, None, :], known)[:, 0]
    columns += along


def _lengths(vectors: Array) -> Array:
    return np.asarray(np.sqrt(np.matmul(vectors[:, None, :], vectors[:, :, None])[:, 0, 0]))
