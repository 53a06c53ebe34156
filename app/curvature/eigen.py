"""Eigenpairs of a symmetric operator: all of them by LAPACK, or those at its two ends by Lanczos."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.linalg import eigh
from scipy.sparse.linalg import ArpackError, ArpackNoConvergence, LinearOperator, eigsh

from app.core.errors import SpecError
from app.core.interfaces import Array
from app.curvature.lanczos import tridiagonal
from app.curvature.products import Product, random_stream

SCOUT_STEPS = 8
WIDTH = 40
"""Lanczos vectors kept between restarts, at least: clusters converge in far fewer restarts than with the usual 20."""
ACCEPTED = 10.0
"""True residual, relative to the tolerance that Lanczos was given, up to which a pair is passed on."""
MAX_PRODUCTS = 3_000
START, RESTART = 1, 2


class Eigenpairs(NamedTuple):
    """Eigenvalues in descending order, their unit eigenvectors, and how wrong they may be.

    Attributes:
        values: λ, ``(k,)``.
        vectors: one eigenvector a row, ``(k, d)``; the largest component of each is positive.
        residuals: ‖Av − λv‖₂, ``(k,)``: an eigenvalue of A lies within that distance of λ (Parlett 1998, theorem
            4.5.1), though with a multiple or clustered eigenvalue not every copy need have been found.
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
        SpecError: the matrix is not finite.
    """
    if not np.isfinite(matrix).all():
        raise SpecError("the Hessian is not finite at these parameters; choose another point")
    values, vectors = eigh(matrix, driver="evd")
    values, vectors = values[::-1] + 0.0, vectors[:, ::-1]  # −0 becomes 0
    residuals = np.linalg.norm(matrix @ vectors - vectors * values, axis=0)
    return Eigenpairs(values, _signed(vectors.T), residuals, len(values), len(values), 0)


def ends(pairs: Eigenpairs, top: int, bottom: int) -> Eigenpairs:
    """The first ``top`` and last ``bottom`` of a whole spectrum; all of it where they meet."""
    size = len(pairs.values)
    if top + bottom >= size:
        return pairs
    some = np.concatenate([np.arange(top), np.arange(size - bottom, size)])
    return Eigenpairs(pairs.values[some], pairs.vectors[some], pairs.residuals[some], top, bottom, 0)


def extreme(
    product: Product, dim: int, top: int, bottom: int, tolerance: float = 1e-10, products: int | None = None
) -> Eigenpairs:
    """The ``top`` largest and ``bottom`` smallest eigenpairs, by implicitly restarted Lanczos (ARPACK).

    Lanczos runs on σI + A and σI − A with σ near ‖A‖, so that ``tolerance`` is relative to ‖A‖ for every eigenvalue,
    those near zero included: ‖Av − λv‖ ≤ about 2·tolerance·‖A‖, and the error of a well separated λ is of the order
    of its square. Start vectors are fixed: equal inputs give equal bytes. A pair that has not converged after
    ``products`` products for its end (never more than ``MAX_PRODUCTS``), or whose true residual is larger than that
    by an order of magnitude, is left out and counted in ``unconverged``; the rest need not be consecutive then.

    Reference: Lehoucq, Sorensen & Yang 1998, ARPACK users' guide, chapter 4.

    Raises:
        SpecError: more eigenvalues than ``dim`` − 1 from one end, or a product is not finite.
    """
    _check_count(max(top, bottom), dim)
    start = random_stream(START).standard_normal(dim)
    shift = _norm(product, start)
    most = min(products or MAX_PRODUCTS, MAX_PRODUCTS)
    upper = _largest(lambda v: shift * v + product(v), start, top, tolerance, most) if top else _nothing(dim)
    lower = _largest(lambda v: shift * v - product(v), start, bottom, tolerance, most) if bottom else _nothing(dim)
    both = [_pairs(product, vectors, ACCEPTED * tolerance * shift) for vectors in (upper, lower[::-1])]
    values, vectors, residuals = (np.concatenate(columns) for columns in zip(*both, strict=True))
    found = [len(pairs.values) for pairs in both]
    return Eigenpairs(values, _signed(vectors), residuals, found[0], found[1], top + bottom - sum(found))


class _Pairs(NamedTuple):
    values: Array
    vectors: Array
    residuals: Array


def _pairs(product: Product, vectors: Array, accepted: float) -> _Pairs:
    """Unit vectors ``(k, d)`` with their Rayleigh quotients λ = vᵀAv, where the true residual is small enough."""
    images = product(vectors) if len(vectors) else vectors
    values = np.sum(vectors * images, axis=-1)
    residuals = np.linalg.norm(images - values[:, None] * vectors, axis=-1)
    kept = residuals <= accepted
    return _Pairs(values[kept], vectors[kept], residuals[kept])


def _check_count(count: int, dim: int) -> None:
    if count >= dim:
        raise SpecError(f"{count} eigenvalues from one end must be fewer than {dim}, the dimension; ask for fewer")


def _norm(product: Product, start: Array) -> float:
    """‖A‖₂ within a factor of two or so, from a few Lanczos steps (Gershgorin's bound on T); 1 where A is zero."""
    if not np.isfinite(product(start)).all():
        raise SpecError("the Hessian is not finite at these parameters; choose another point")
    diagonal, off = tridiagonal(product, start, SCOUT_STEPS)
    padded = np.abs(np.r_[0.0, off, 0.0])
    return float(np.max(np.abs(diagonal) + padded[:-1] + padded[1:])) or 1.0


def _largest(product: Product, start: Array, count: int, tolerance: float, products: int) -> Array:
    """Converged eigenvectors of the ``count`` largest eigenvalues, ``(≤ count, d)``, the largest first."""
    dim = start.size
    width = min(dim, max(2 * count + 1, WIDTH))
    operator = LinearOperator((dim, dim), matvec=lambda v: product(v.ravel()), dtype=np.float64)
    restarts = max(1, products // (width - count))
    seeded = random_stream(RESTART)
    try:
        values, vectors = eigsh(
            operator, count, which="LA", v0=start, ncv=width, maxiter=restarts, tol=tolerance, rng=seeded
        )
    except ArpackNoConvergence as partial:
        values, vectors = partial.eigenvalues, partial.eigenvectors
    except ArpackError:
        return _nothing(dim)
    return np.asarray(vectors[:, np.argsort(-values, kind="stable")].T)


def _nothing(dim: int) -> Array:
    return np.empty((0, dim))


def _signed(vectors: Array) -> Array:
    """Each row with the sign that makes its largest component positive."""
    if not vectors.size:
        return vectors
    largest = np.argmax(np.abs(vectors), axis=-1)[:, None]
    return np.asarray(vectors * np.sign(np.take_along_axis(vectors, largest, axis=-1)))
