"""Models that are linear in θ: the misfit of a Gaussian and of a Bernoulli likelihood, and polynomial features."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import numpy as np
from pydantic import Field

from app.core.interfaces import Array
from app.core.numerics import Constant
from app.core.spec import Coordinate
from app.targets._base import Batches, Predictive, box_of
from app.targets._energies import LOG_2PI, Energy

Points = Annotated[tuple[tuple[Coordinate, Coordinate], ...], Field(max_length=500)]
"""Examples (x, y), as they are clicked."""

BAND = 101


def powers(x: Array, degree: int) -> Array:
    """1, x, …, x^degree: ``(n,) -> (n, degree + 1)``."""
    return np.vander(np.asarray(x, dtype=np.float64), degree + 1, increasing=True)


class LinearMisfit(Energy):
    """Σᵢ ℓ(φᵢᵀθ, tᵢ): the misfit of a generalised linear model; a subclass gives ℓ with its two derivatives.

    Args:
        features: Φ, ``(n, d)``.
        targets: t, ``(n,)``.
    """

    def __init__(self, features: Array, targets: Array) -> None:
        super().__init__(features.shape[1])
        self.features = features
        self.targets = targets
        self._features, self._targets = Constant(features), Constant(targets[:, None])

    def loss(self, outputs: Array, targets: Array) -> Array:
        """ℓ at outputs, for targets that broadcast with them."""
        raise NotImplementedError

    def slope(self, outputs: Array, targets: Array) -> Array:
        """ℓ′ there."""
        raise NotImplementedError

    def curvature(self, outputs: Array) -> Array:
        """ℓ″ there."""
        raise NotImplementedError

    def value(self, theta: Array) -> Array:
        outputs = self._outputs(theta)
        return np.asarray(self.loss(outputs, self._targets.beside(theta)).sum(axis=0).reshape(theta.shape[:-1]))

    def value_and_gradient(self, theta: Array) -> tuple[Array, Array]:
        outputs, targets = self._outputs(theta), self._targets.beside(theta)
        value = self.loss(outputs, targets).sum(axis=0).reshape(theta.shape[:-1])
        gradient = (self._features.beside(theta).T @ self.slope(outputs, targets)).T
        return value, gradient.reshape(theta.shape)

    def _outputs(self, theta: Array) -> Array:
        """Φθ of every θ, examples first: ``(n, everything else)``."""
        return np.asarray(self._features.beside(theta) @ theta.reshape(-1, self.dim).T)

    def batches(self) -> Batches:
        """Its examples, a few at a time."""
        return Batches(len(self.targets), self._batch_gradient)

    def _batch_gradient(self, theta: Array, indices: Array) -> Array:
        features = self.features[indices]
        outputs = np.einsum("cni,ci->cn", features, theta) if len(indices) > 1 else theta @ features[0].T
        slope = self.slope(outputs, self.targets[indices])
        return np.asarray(np.einsum("cn,cni->ci", slope, features) if len(indices) > 1 else slope @ features[0])

    def hessian(self, theta: Array) -> Array:
        curvature = self.curvature(theta @ self.features.T)
        return np.asarray(np.einsum("...n,ni,nj->...ij", curvature, self.features, self.features))


class GaussianMisfit(LinearMisfit):
    """−ln Π N(tᵢ; φᵢᵀθ, 1/β)."""

    def __init__(self, features: Array, targets: Array, beta: float) -> None:
        super().__init__(features, targets)
        self.beta = beta

    def loss(self, outputs: Array, targets: Array) -> Array:
        constant = 0.5 * (LOG_2PI - float(np.log(self.beta)))
        return np.asarray(0.5 * self.beta * (outputs - targets) ** 2 + constant)

    def slope(self, outputs: Array, targets: Array) -> Array:
        return self.beta * (outputs - targets)

    def curvature(self, outputs: Array) -> Array:
        return np.full_like(outputs, self.beta)


def drawn_at(points: Points, outputs: Array) -> Points:
    """The same inputs with other outputs ``(n,)``."""
    return tuple((x, float(y)) for (x, _), y in zip(points, outputs, strict=True))


def predictive_of(points: Points, degree: int, link: Callable[[Array], Array], noise: float | None) -> Predictive:
    """The band of a polynomial model, a quarter wider than its data."""
    data = np.array(points, dtype=np.float64).reshape(-1, 2)
    low, high = (data[:, 0].min(), data[:, 0].max()) if len(data) else (-1.0, 1.0)
    margin = 0.25 * (high - low) + 0.25 * (high == low)
    x = np.linspace(low - margin, high + margin, BAND)
    features = powers(x, degree)
    return Predictive(x[:, None], lambda theta: link(theta @ features.T), noise, (data[:, :1], data[:, 1]))


def with_exact_band(predictive: Predictive, degree: int, mean: Array, covariance: Array) -> Predictive:
    """φᵀm and √(φᵀSφ): what a Gaussian posterior says (Bishop 2006, eqs. 3.58, 3.59, noise apart)."""
    features = powers(predictive.inputs[:, 0], degree)
    spread = np.sqrt(np.einsum("ni,ij,nj->n", features, covariance, features))
    return predictive._replace(exact=(features @ mean, spread))


def hull(mean: Array, spread: Array, widths: float, prior_spread: Array) -> Array:
    """A box around the posterior that also shows the middle of a prior centred at 0."""
    inner, outer = box_of(mean, spread, widths), box_of(np.zeros_like(mean), prior_spread, 1.5)
    return np.stack([np.minimum(inner[:, 0], outer[:, 0]), np.maximum(inner[:, 1], outer[:, 1])], axis=-1)


def polynomial_names(degree: int) -> tuple[str, ...]:
    """Intercept, slope, and w₂, w₃, …"""
    digits = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
    return ("intercept", "slope", *(f"w{i}".translate(digits) for i in range(2, degree + 1)))[: degree + 1]
