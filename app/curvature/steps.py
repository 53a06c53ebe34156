"""The steps that a quadratic model suggests, and what it predicts of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from app.core.interfaces import Array
from app.curvature.eigen import Eigenpairs

EPSILON = float(np.finfo(np.float64).eps)


class Step(NamedTuple):
    """A step, or why there is none.

    Attributes:
        vector: s, ``(d,)``; None where the step does not exist.
        reason: why not, or what to know of the step; None where there is nothing to say.
        learning_rate: η of a gradient step; None for the others.
    """

    vector: Array | None
    reason: str | None = None
    learning_rate: float | None = None


class Osculating(NamedTuple):
    """The quadratic that touches f at θ: q(s) = f + gᵀs + ½ sᵀHs, H by all its eigenpairs."""

    value: float
    gradient: Array
    pairs: Eigenpairs

    def predicted(self, step: Array) -> float:
        """q(s)."""
        along = self.pairs.vectors @ step
        return self.value + float(self.gradient @ step) + 0.5 * float(along @ (self.pairs.values * along))

    def on(self, basis: Array) -> tuple[Array, Array]:
        """Gradient ``(k,)`` and Hessian ``(k, k)`` of q in coordinates along the rows of ``basis`` ``(k, d)``."""
        across = basis @ self.pairs.vectors.T
        return basis @ self.gradient, (across * self.pairs.values) @ across.T


def gradient_step(quadratic: Osculating) -> Step:
    """s = −g/|λ|max: gradient descent with the learning rate that divides by the largest curvature everywhere."""
    steepest = float(np.abs(quadratic.pairs.values).max())
    if steepest == 0:
        return Step(None, "the Hessian is zero, so no curvature sets a learning rate")
    return Step(-quadratic.gradient / steepest, learning_rate=1.0 / steepest)


def newton_step(quadratic: Osculating, tolerance: float) -> Step:
    """s = −H⁻¹g: to the one stationary point of q, a saddle or a maximum where H is not positive definite.

    Reference: Nocedal & Wright 2006, Numerical optimization, equation (2.15).
    """
    singular = _singular(quadratic.pairs.values, tolerance)
    if singular:
        return Step(None, singular)
    negative, dim = int((quadratic.pairs.values < 0).sum()), len(quadratic.pairs.values)
    leads = f"{negative} of {dim} eigenvalues negative: the step leads to the quadratic's "
    leads += "maximum" if negative == dim else "saddle"
    return Step(_solved(quadratic, quadratic.pairs.values), leads + ", not to a minimum" if negative else None)


def saddle_free_step(quadratic: Osculating, tolerance: float) -> Step:
    """s = −|H|⁻¹g: as long as Newton's along every eigenvector, and downhill.

    Reference: Dauphin et al. 2014, section 4.
    """
    singular = _singular(quadratic.pairs.values, tolerance)
    return Step(None, singular) if singular else Step(_solved(quadratic, np.abs(quadratic.pairs.values)))


def _singular(values: Array, tolerance: float) -> str | None:
    """Why H⁻¹ does not exist, where an eigenvalue is zero within ``tolerance`` or within rounding."""
    within = max(tolerance, len(values) * EPSILON * float(np.abs(values).max()))
    zero = int((np.abs(values) <= within).sum())
    if not zero:
        return None
    return f"the Hessian is singular: {zero} of {len(values)} eigenvalues are zero within {within:.1e}, so no H⁻¹"


def _solved(quadratic: Osculating, values: Array) -> Array:
    vectors = quadratic.pairs.vectors
    return -((vectors @ quadratic.gradient) / values) @ vectors
