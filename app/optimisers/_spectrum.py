"""Symmetric matrices through their eigenvalues, over leading axes; non-finite matrices give NaN, never an error."""

from __future__ import annotations

import numpy as np

from app.core.interfaces import Array

EPSILON = float(np.finfo(np.float64).eps)


def spectrum(matrix: Array) -> tuple[Array, Array]:
    """(eigenvalues, ascending; eigenvectors in columns): ``(..., d, d) -> (..., d), (..., d, d)``."""
    finite = np.asarray(np.isfinite(matrix).all(axis=(-2, -1)))
    values, vectors = np.linalg.eigh(np.where(finite[..., None, None], matrix, np.eye(matrix.shape[-1])))
    return np.where(finite[..., None], values, np.nan), vectors


def solve(values: Array, vectors: Array, b: Array) -> Array:
    """x of least length that minimises ‖V diag(values) Vᵀx − b‖₂: directions without curvature stay as they are.

    An eigenvalue counts as none where it is below rounding, d·ε of the largest.
    """
    sizes = np.abs(values)
    curved = sizes > values.shape[-1] * EPSILON * sizes.max(axis=-1, keepdims=True)
    along = np.vecmat(b, vectors)
    # A NaN eigenvalue fails every comparison and must not pass for a flat direction.
    return np.asarray(np.matvec(vectors, np.where(curved | np.isnan(values), along / values, 0.0 * along)))


def power(matrix: Array, exponent: float) -> Array:
    """A positive semi-definite matrix to a power, its eigenvalues raised to rounding where they are below."""
    values, vectors = spectrum(matrix)
    floor = values.shape[-1] * EPSILON * values.max(axis=-1, keepdims=True)
    scales = np.maximum(values, floor) ** exponent
    return np.asarray((vectors * scales[..., None, :]) @ vectors.mT)
