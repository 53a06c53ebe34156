"""The largest Hessian eigenvalue at a point ("sharpness"), with its residual."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from app.core.errors import SpecError
from app.core.interfaces import Array, LayeredObjective, Objective
from app.curvature.eigen import Eigenpairs, ends, spectrum
from app.curvature.extreme import extreme
from app.curvature.products import product_at, scaled

DENSE_LIMIT, LAYERED_LIMIT = 64, 110
"""Up to this many parameters the Hessian is formed and solved exactly; the latter of networks, which form it sooner."""


class Sharpness(NamedTuple):
    """λmax of ∇²f(θ) and ‖Hv − λv‖₂ of its unit eigenvector (the error of λ is at most that)."""

    value: float
    residual: float


def sharpness(objective: Objective, theta: Array) -> Sharpness | None:
    """λmax at ``theta`` ``(d,)``; None where the Hessian is not finite or Lanczos did not converge.

    Exact (LAPACK) for few parameters, see :func:`is_formed`, Lanczos on Hessian-vector products (residual about
    1e-4·‖H‖ at most) for more.
    """
    try:
        pairs = edges(objective, theta, 1, 0, 1e-4)
    except SpecError:
        return None
    return Sharpness(float(pairs.values[0]), float(pairs.residuals[0])) if pairs.top else None


def is_formed(objective: Objective) -> bool:
    """Whether the whole Hessian is formed for a few of its eigenvalues."""
    few = objective.dim <= DENSE_LIMIT
    return few or (objective.dim <= LAYERED_LIMIT and isinstance(objective, LayeredObjective))


def edges(
    objective: Objective, theta: Array, top: int, bottom: int, tolerance: float, preconditioner: Array | None = None
) -> Eigenpairs:
    """The ``top`` largest and ``bottom`` smallest eigenpairs of H = ∇²f(θ), by the cheaper of LAPACK and Lanczos.

    With a positive diagonal P ``(d,)`` those of P^{−1/2} H P^{−1/2}, whose eigenvalues are the ones of P⁻¹H.

    Raises:
        SpecError: the Hessian is not finite there.
    """
    with np.errstate(all="ignore"):
        scale = None if preconditioner is None else 1.0 / np.sqrt(preconditioner)
        if is_formed(objective):
            hessian = objective.hessian(theta)
            return ends(spectrum(hessian if scale is None else scale[:, None] * hessian * scale), top, bottom)
        product = product_at(objective, theta)
        return extreme(product if scale is None else scaled(product, scale), objective.dim, top, bottom, tolerance)
