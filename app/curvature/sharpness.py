"""The largest Hessian eigenvalue at a point ("sharpness"), with its residual."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np
from scipy.linalg import eigh
from scipy.sparse.linalg import ArpackError, LinearOperator, eigsh

from app.core.interfaces import Array, LayeredObjective, Objective

DENSE_LIMIT = 64
"""Up to this many parameters the Hessian is formed and solved exactly."""


class Sharpness(NamedTuple):
    """λmax of ∇²f(θ) and ‖Hv − λv‖₂ of its unit eigenvector (the error of λ is at most that)."""

    value: float
    residual: float


def sharpness(objective: Objective, theta: Array) -> Sharpness | None:
    """λmax at ``theta`` ``(d,)``; None where the Hessian is not finite or Lanczos did not converge.

    Exact (LAPACK) up to ``DENSE_LIMIT`` parameters, Lanczos on Hessian-vector products (ARPACK, relative tolerance
    1e-4, fixed start vector so that equal inputs give equal bytes) above.
    """
    with np.errstate(all="ignore"):
        return _dense(objective, theta) if objective.dim <= DENSE_LIMIT else _lanczos(objective, theta)


def _dense(objective: Objective, theta: Array) -> Sharpness | None:
    hessian = objective.hessian(theta)
    if not np.isfinite(hessian).all():
        return None
    top = objective.dim - 1
    values, vectors = eigh(hessian, subset_by_index=[top, top])
    residual = np.linalg.norm(hessian @ vectors[:, 0] - values[0] * vectors[:, 0])
    return Sharpness(float(values[0]), float(residual))


def _lanczos(objective: Objective, theta: Array) -> Sharpness | None:
    if not np.isfinite(objective.hvp(theta, np.ones(objective.dim))).all():
        return None
    product = objective.hvp_at(theta) if isinstance(objective, LayeredObjective) else partial(objective.hvp, theta)
    operator = LinearOperator((objective.dim, objective.dim), matvec=lambda v: product(v.ravel()), dtype=np.float64)
    start = np.random.Generator(np.random.Philox(key=0)).standard_normal(objective.dim)
    try:
        values, vectors = eigsh(operator, k=1, which="LA", v0=start, tol=1e-4)
    except ArpackError:
        return None
    vector = vectors[:, 0]
    return Sharpness(float(values[0]), float(np.linalg.norm(objective.hvp(theta, vector) - values[0] * vector)))
