"""What a regulariser is."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from app.core.interfaces import Array
from app.core.spec import CatalogueEntry, Real, control


def strength_control() -> Any:
    """The field ``strength`` of every penalty."""
    return control(
        0.001,
        "Strength",
        symbol="λ",
        scale="log",
        slider=(1e-6, 1.0),
        ge=0,
        le=1e6,
        description="factor of the penalty; the loss it is added to is a mean over examples",
    )


class Regulariser(CatalogueEntry):
    """A penalty on parameters ``(…, d)``, added to the mean loss.

    ``weights`` is 1 for each parameter that is a weight and 0 for each bias, ``(d,)``; a regulariser that spares the
    biases multiplies by it.

    Claims on the class, which the tests prove:
        corners: Ω has no gradient at zero, so that its proximal operator sets parameters to exactly zero.
        coordinatewise: Ω is a sum over parameters, so that a corner is crossed where a parameter changes its sign.
    """

    corners: ClassVar[bool] = False
    coordinatewise: ClassVar[bool] = True

    strength: Real = strength_control()
    biases: bool = control(True, "Biases too", description="penalise the biases as well as the weights")

    def value(self, theta: Array, weights: Array) -> Array:
        """λΩ(θ): ``(…, d) -> (…)``."""
        raise NotImplementedError

    def gradient(self, theta: Array, weights: Array) -> Array:
        """λ∇Ω(θ): ``(…, d) -> (…, d)``."""
        raise NotImplementedError

    def hvp(self, theta: Array, v: Array, weights: Array) -> Array:
        """λ∇²Ω(θ)·v; the leading axes broadcast."""
        raise NotImplementedError

    def hessian_diagonal(self, theta: Array, weights: Array) -> Array:
        """The diagonal of λ∇²Ω(θ), ``(d,)``; where parameters are coupled, a subclass says how."""
        assert self.coordinatewise, "a penalty that couples parameters writes its own diagonal"
        return self.hvp(theta, np.ones_like(theta), weights)

    def penalised(self, values: Array, weights: Array) -> Array:
        """The entries of ``(…, d)`` that the penalty sees, the others zero."""
        return values if self.biases else values * weights

    def prox(self, theta: Array, weights: Array, step: float) -> Array:
        """The proximal operator, argmin_u λΩ(u) + ‖u − θ‖²/(2·step): ``(…, d) -> (…, d)``."""
        raise NotImplementedError

    def critical_strength(self, gradient: Array, weights: Array) -> Array:
        """The smallest λ with which all that the penalty sees is zero: ``(…, d) -> (…)``.

        ``gradient`` is that of a convex loss where it is stationary in everything else and zero in these; infinite
        where no strength suffices.
        """
        return np.full(gradient.shape[:-1], np.inf)

    def cornered(self, theta: Array, weights: Array) -> Array:
        """Which parameters are where Ω has no gradient: ``(…, d)``, boolean."""
        return np.asarray((theta == 0) & (self.mask(weights) != 0) & self.corners)

    def mask(self, weights: Array) -> Array:
        """1 for each parameter that the penalty sees, ``(d,)``."""
        return np.ones_like(weights) if self.biases else weights
