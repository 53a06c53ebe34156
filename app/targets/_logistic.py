"""The misfit of a Bernoulli likelihood, in few passes: chains spend their time here."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from app.core.interfaces import Array
from app.core.numerics import Constant, magnitude, sigmoid, softplus
from app.targets._linear import LinearMisfit

BUFFER = 1 << 16
"""Outputs worked on at a time: what stays in a core's cache."""
FACTORS = 64
"""Numbers between ½ and 1 that are multiplied before their logarithm is taken: 2⁻⁶⁴ is normal in float32."""


class LogisticMisfit(LinearMisfit):
    """−ln Π σ(zᵢ)^{tᵢ}(1 − σ(zᵢ))^{1−tᵢ} with zᵢ = φᵢᵀθ and tᵢ 0 or 1.

    With its sign an example is softplus(2hᵢ), hᵢ = ½(1 − 2tᵢ)φᵢᵀθ. The gradient is Hᵀ(1 + tanh h), one transcendental
    pass between two matrix products. The same pass gives the value Σ (h + |h|) − Σ ln ½(1 + |tanh h|), its second sum
    as a logarithm of products: to a few roundings of 1 an example.
    """

    def __init__(self, features: Array, targets: Array) -> None:
        super().__init__(features, targets)
        signed = (0.5 - targets[:, None]) * features
        self._signed, self._total = Constant(signed), Constant(signed.sum(axis=0))
        self._ones = Constant(np.ones(len(signed)))

    def value(self, theta: Array) -> Array:
        (value,) = self._pieces(theta, lambda some: self._both(some)[:1])
        return value.reshape(theta.shape[:-1])

    def gradient(self, theta: Array) -> Array:
        (gradient,) = self._pieces(theta, lambda some: (self._gradient(some, _slopes(self._halves(some))),))
        return gradient.T.reshape(theta.shape)

    def value_and_gradient(self, theta: Array) -> tuple[Array, Array]:
        value, gradient = self._pieces(theta, lambda some: self._both(some, with_gradient=True))
        return value.reshape(theta.shape[:-1]), gradient.T.reshape(theta.shape)

    def loss(self, outputs: Array, targets: Array) -> Array:
        return np.asarray(softplus(outputs) - targets * outputs)

    def slope(self, outputs: Array, targets: Array) -> Array:
        return np.asarray(sigmoid(outputs) - targets)

    def curvature(self, outputs: Array) -> Array:
        p = sigmoid(outputs)
        return np.asarray(p * (1 - p))

    def _halves(self, some: Array) -> Array:
        """h of θ ``(d, k)``: ``(n, k)``."""
        return np.asarray(self._signed.beside(some) @ some)

    def _both(self, some: Array, *, with_gradient: bool = False) -> tuple[Array, ...]:
        """Value ``(k,)``, and gradient ``(d, k)`` where it is asked for."""
        halves = self._halves(some)
        value = self._total.beside(some) @ some
        value += self._ones.beside(some) @ magnitude(halves)
        slopes = _slopes(halves)
        gradient = (self._gradient(some, slopes),) if with_gradient else ()
        value -= _log_shares(slopes)
        return value, *gradient

    def _gradient(self, some: Array, slopes: Array) -> Array:
        """Hᵀ(1 + tanh h), ``(d, k)``."""
        gradient = self._signed.beside(some).T @ slopes
        gradient += self._total.beside(some)[:, None]
        return np.asarray(gradient)

    def _pieces(self, theta: Array, work: Callable[[Array], tuple[Array, ...]]) -> tuple[Array, ...]:
        """``work`` on θ as columns ``(d, k)``, so many at a time; what it gives has the columns last."""
        columns = theta.reshape(-1, self.dim).T
        count, size = columns.shape[1], max(1, BUFFER // max(1, len(self.targets)))
        if count <= size:
            return work(columns)
        parts = [work(columns[:, i : i + size]) for i in range(0, count, size)]
        return tuple(np.concatenate(part, axis=-1) for part in zip(*parts, strict=True))


def _slopes(halves: Array) -> Array:
    """tanh h, in place."""
    return np.asarray(np.tanh(halves, out=halves))


def _log_shares(slopes: Array) -> Array:
    """Σ ln ½(1 + |tanh h|) over the first axis; ``slopes`` is overwritten."""
    shares = magnitude(slopes, out=slopes)
    shares += 1
    total = np.zeros(shares.shape[1:], shares.dtype)
    for i in range(0, len(shares), FACTORS):
        factors = shares[i : i + FACTORS]
        total += np.log(np.multiply.reduce(factors, axis=0) * 0.5 ** len(factors))
    return total
