"""What kind of point this is, by the signs of its Hessian's eigenvalues."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from app.core.interfaces import Array
from app.curvature.eigen import Eigenpairs

Kind = Literal["minimum", "maximum", "saddle", "flat"]


class Signs(NamedTuple):
    """Signs of a Hessian's eigenvalues.

    Attributes:
        negative: how many are negative (the index of a critical point); None where not all of those are known.
        zero: how many are zero within the tolerance; None where the spectrum is not known in full.
        tolerance: an eigenvalue no further from zero than this counts as zero.
        kind: what a critical point with this Hessian is; None where the known eigenvalues do not decide.
    """

    negative: int | None
    zero: int | None
    tolerance: float
    kind: Kind | None


def signs(pairs: Eigenpairs, dim: int, relative: float) -> Signs:
    """Count signs; zero means |λ| ≤ ``relative`` · max |λ| (and never less than the residual that λ comes with).

    "saddle" needs one positive and one negative eigenvalue, which is certain by their residuals. "minimum" and
    "maximum" need all eigenvalues of one sign, and so trust that Lanczos found the extreme ones; "flat" means that
    some are zero and none has the other sign: the second derivatives do not decide (Milnor 1963, Morse theory, §2).
    """
    size = float(np.abs(pairs.values).max(initial=0.0))
    tolerance = relative * size
    clear = np.abs(pairs.values) > np.maximum(tolerance, pairs.residuals)
    negative, positive = clear & (pairs.values < 0), clear & (pairs.values > 0)
    kind = _kind(pairs, negative, positive)
    zero = int((~clear).sum()) if len(pairs.values) == dim else None
    return Signs(dim if kind == "maximum" else _index(pairs, dim, negative), zero, tolerance, kind)


def _index(pairs: Eigenpairs, dim: int, negative: Array) -> int | None:
    """All negative eigenvalues are known where the spectrum is, or where the smallest that are known reach zero."""
    reaches_zero = pairs.bottom > 0 and not negative[-pairs.bottom]
    return int(negative.sum()) if len(pairs.values) == dim or reaches_zero else None


def _kind(pairs: Eigenpairs, negative: Array, positive: Array) -> Kind | None:
    if negative.any() and positive.any():
        return "saddle"
    if not (pairs.top and pairs.bottom):
        return None
    if positive[-1]:
        return "minimum"
    return "maximum" if negative[0] else "flat"


def is_critical(gradient_norm: float, eigenvalues: Array, theta: Array, relative: float = 1e-6) -> bool:
    """Whether ∇f vanishes within tolerance: ‖∇f‖/max |λ| ≤ ``relative`` · max(1, ‖θ‖₂).

    ‖∇f‖/max |λ| bounds from below how far a critical point of the quadratic model is. A flat point (all λ zero) needs
    ‖∇f‖ ≤ ``relative``.
    """
    steepest = float(np.abs(eigenvalues).max(initial=0.0)) or 1.0
    return gradient_norm <= relative * steepest * max(1.0, float(np.linalg.norm(theta)))
