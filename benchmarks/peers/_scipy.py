"""ARPACK's Lanczos on a product from elsewhere."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.cases import Array, Prepared, Spectrum


def largest(product: Callable[[Array], Array], task: Spectrum, top: int) -> Prepared:
    """The ``top`` largest eigenvalues by ``scipy.sparse.linalg.eigsh``."""
    from scipy.sparse.linalg import LinearOperator, eigsh

    size = task.problem.theta.size
    start = np.random.default_rng(0).standard_normal(size)

    def run() -> Array:
        operator = LinearOperator((size, size), matvec=lambda v: product(v.ravel()), dtype=task.problem.dtype)
        return np.asarray(eigsh(operator, top, which="LA", tol=task.tolerance, v0=start, return_eigenvectors=False))

    return Prepared(run, lambda found: {"eigenvalues": np.sort(found)})
