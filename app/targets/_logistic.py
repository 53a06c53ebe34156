"""The misfit of a Bernoulli likelihood, in few passes: chains spend their time here."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from app.core.interfaces import Array
from app.core.numerics import Constant, sigmoid, softplus
from app.targets._linear import LinearMisfit

BUFFER = 1 << 16
"""Outputs worked on at a time: what stays in a core's cache."""
FACTORS = 64
"""Numbers between 1 and 2 that are multiplied before their logarithm is taken: 2⁶⁴ is finite in float32."""


class LogisticMisfit(LinearMisfit):
    """−ln Π σ(zᵢ)^{tᵢ}(1 − σ(zᵢ))^{1−tᵢ} with zᵢ = φᵢᵀθ and tᵢ 0 or 1.

    With its sign an example is softplus(2hᵢ), hᵢ = ½(1 − 2tᵢ)φᵢᵀθ. The gradient is Hᵀ(1 + tanh h), one transcendental
    pass between two matrix products; the value Σ (h + |h|) + Σ ln(1 + e^{−2|h|}), the sum as a logarithm of products.
    """

    def __init__(self, features: Array, targets: Array) -> None:
        super().__init__(features, targets)
        signed = (0.5 - targets[:, None]) * features
        self._signed, self._total = Constant(signed), Constant(signed.sum(axis=0))

    def value(self, theta: Array) -> Array:
        return np.asarray(self._pieces(theta, lambda some: _softplus_sum(self._halves(some))[None])[0])

    def gradient(self, theta: Array) -> Array:
        return np.moveaxis(self._pieces(theta, lambda some: self._slopes(self._halves(some))), 0, -1)

    def value_and_gradient(self, theta: Array) -> tuple[Array, Array]:
        both = self._pieces(theta, self._both)
        return both[0], np.moveaxis(both[1:], 0, -1)

    def loss(self, outputs: Array, targets: Array) -> Array:
        return np.asarray(softplus(outputs) - targets * outputs)

    def slope(self, outputs: Array, targets: Array) -> Array:
        return np.asarray(sigmoid(outputs) - targets)

    def curvature(self, outputs: Array) -> Array:
        p = sigmoid(outputs)
        return np.asarray(p * (1 - p))

    def _both(self, some: Array) -> Array:
        halves = self._halves(some)
        return np.concatenate([_softplus_sum(halves)[None], self._slopes(halves)])

    def _halves(self, some: Array) -> Array:
        """h of θ ``(d, k)``: ``(n, k)``."""
        return np.asarray(self._signed.beside(some) @ some)

    def _slopes(self, halves: Array) -> Array:
        """Hᵀ(1 + tanh h), ``(d, k)``; ``halves`` is overwritten."""
        slopes = self._signed.beside(halves).T @ np.tanh(halves, out=halves)
        slopes += self._total.beside(halves)[:, None]
        return np.asarray(slopes)

    def _pieces(self, theta: Array, work: Callable[[Array], Array]) -> Array:
        """``work`` on θ as columns, so many at a time: ``(rows, ...)`` of ``theta`` ``(..., d)``."""
        columns = theta.reshape(-1, self.dim).T
        size = max(1, BUFFER // max(1, len(self.targets)))
        parts = [work(columns[:, i : i + size]) for i in range(0, max(1, columns.shape[1]), size)]
        whole = parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)
        return whole.reshape(-1, *theta.shape[:-1])


def _softplus_sum(halves: Array) -> Array:
    """Σ softplus(2h) = Σ (h + |h|) + Σ ln(1 + e^{−2|h|}) over the first axis, ``(n, k) -> (k,)``."""
    size = np.where(halves.real > 0, halves, -halves) if halves.dtype.kind == "c" else np.abs(halves)
    total = halves.sum(axis=0)
    total += size.sum(axis=0)
    size *= -2
    np.exp(size, out=size)
    size += 1
    for i in range(0, len(size), FACTORS):
        total += np.log(np.multiply.reduce(size[i : i + FACTORS], axis=0))
    return np.asarray(total)
