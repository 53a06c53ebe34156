"""Eigenpairs of a symmetric matrix, by LAPACK, and how they are told."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy

from app.core.errors import SpecError
from app.core.interfaces import Array


class Eigenpairs(NamedTuple):
    """Eigenvalues in descending order, their unit eigenvectors, and how wrong they may be.

    Attributes:
        values: λ, ``(k,)``.
        vectors: one eigenvector a row, ``(k, d)``; the largest component of each is positive. ``(k, 0)`` where they
            were not computed.
        residuals: ‖Av − λv‖₂, ``(k,)``: an eigenvalue of A lies within that distance of λ (Parlett 1998, theorem
            4.5.1), though with a multiple or clustered eigenvalue not every copy need have been found. Without vectors
            a bound on how far each is from the eigenvalue with its number.
        top: how many of them, from the front, are the largest eigenvalues.
        bottom: how many of them, from the back, are the smallest ones.
        unconverged: how many were asked for and did not converge; they are left out.
    """

    values: Array
    vectors: Array
    residuals: Array
    top: int
    bottom: int
    unconverged: int


def spectrum(matrix: Array) -> Eigenpairs:
    """All eigenpairs of a symmetric matrix ``(d, d)`` (LAPACK, divide and conquer), to rounding: about 1e-15·‖A‖.

    Raises:
        SpecError: the matrix or its norm is not finite.
    """
    check_finite(matrix)
    values, vectors = scipy.linalg.eigh(matrix, driver="evd")
    values, vectors = values[::-1] + 0.0, vectors[:, ::-1]  # −0 becomes 0
    residuals = np.linalg.norm(matrix @ vectors - vectors * values, axis=0)
    return Eigenpairs(values, signed(vectors.T), residuals, len(values), len(values), 0)


def eigenvalues(matrix: Array) -> Eigenpairs:
    """All eigenvalues of a symmetric matrix ``(d, d)``, in half the time, without vectors.

    They are exact for a matrix within a small multiple of ε‖A‖₂ of A, hence no further than that from A's (Weyl), ε
    being the spacing of numbers; dε‖A‖₂ is given as the bound.

    Reference: Anderson et al. 1999, LAPACK Users' Guide, section 4.7.1.

    Raises:
        SpecError: the matrix or its norm is not finite.
    """
    check_finite(matrix)
    values = scipy.linalg.eigvalsh(matrix, driver="evd", check_finite=False)[::-1] + 0.0
    size = len(values)
    bound = size * np.finfo(values.dtype).eps * float(np.abs(values).max())
    return Eigenpairs(values, np.empty((size, 0)), np.full(size, bound), size, size, 0)


def check_finite(matrix: Array) -> None:
    """Insist on a matrix whose Frobenius norm is finite, as residuals and the norms of blocks then are.

    Raises:
        SpecError: it is not.
    """
    with np.errstate(over="ignore"):
        norm = np.linalg.norm(matrix)
    if not np.isfinite(norm):
        raise SpecError("the Hessian or its norm is not finite at these parameters; choose another point")


def ends(pairs: Eigenpairs, top: int, bottom: int) -> Eigenpairs:
    """The first ``top`` and last ``bottom`` of a whole spectrum; all of it where they meet."""
    size = len(pairs.values)
    if top + bottom >= size:
        return pairs
    some = np.concatenate([np.arange(top), np.arange(size - bottom, size)])
    return Eigenpairs(pairs.values[some], pairs.vectors[some], pairs.residuals[some], top, bottom, 0)


def signed(vectors: Array) -> Array:
    """Each row with the sign that makes its largest component positive."""
    if not vectors.size:
        return vectors
    largest = np.argmax(np.abs(vectors), axis=-1)[:, None]
    return np.asarray(vectors * np.sign(np.take_along_axis(vectors, largest, axis=-1)))
