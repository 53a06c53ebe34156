"""The misfit of a Bernoulli likelihood, in few passes: chains spend their time here."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.core.interfaces import Array
from app.core.memory import aligned
from app.core.numerics import sigmoid, softplus
from app.targets._energies import Swept
from app.targets._linear import LinearMisfit
from app.targets._sweeps import Sweep

BUFFER = 1 << 16
"""Outputs worked on at a time: what stays in a core's cache."""
FACTORS = 64
"""Numbers between ½ and 1 that are multiplied before their logarithm is taken: 2⁻⁶⁴ is normal in float32."""
LARGE_FACTORS = 16
"""Numbers above 1 that are multiplied before it: a product that overflows all the same is seen."""


class LogisticMisfit(Swept, LinearMisfit):
    """−ln Π σ(zᵢ)^{tᵢ}(1 − σ(zᵢ))^{1−tᵢ} with zᵢ = φᵢᵀθ and tᵢ 0 or 1.

    With its sign an example is softplus(wᵢᵀθ), wᵢ = (1 − 2tᵢ)φᵢ. Values are known to a few roundings of 1 an example.
    """

    def __init__(self, features: Array, targets: Array) -> None:
        LinearMisfit.__init__(self, features, targets)
        self.signed = (1 - 2 * targets[:, None]) * features

    def sweep(self, points: int, dtype: np.dtype[Any]) -> Sweep:
        """With one transcendental pass between two matrix products, by the function that takes less time."""
        link = TanhSweep if dtype == np.float32 else ExpSweep
        return link(self.signed, points, dtype)

    def loss(self, outputs: Array, targets: Array) -> Array:
        return np.asarray(softplus(outputs) - targets * outputs)

    def slope(self, outputs: Array, targets: Array) -> Array:
        return np.asarray(sigmoid(outputs) - targets)

    def curvature(self, outputs: Array) -> Array:
        p = sigmoid(outputs)
        return np.asarray(p * (1 - p))


class SoftplusSweep:
    """Of Σ softplus(zᵢ), zᵢ = wᵢᵀθ: some points at a time, examples first.

    A subclass brings a bounded function of z, written over z, in which σ is a line: its constant belongs to a row of
    ones, so that one product gives the gradient Σ wᵢσ(zᵢ).

    Args:
        signed: w, ``(n, d)``.
        points: how many.
        dtype: of the points.
    """

    factor: float
    """Of z, before the function is taken."""
    line: tuple[float, float]
    """σ = line[0]·function + line[1]."""

    def __init__(self, signed: Array, points: int, dtype: np.dtype[Any]) -> None:
        some = max(1, min(points, BUFFER // max(1, len(signed))))
        self._parts = [slice(begin, begin + some) for begin in range(0, points, some)]
        self._factors = (self.factor * signed).astype(dtype)
        slope, offset = self.line
        weights = np.concatenate([slope * signed, offset * signed.sum(axis=0, keepdims=True)])
        self._weights = np.ascontiguousarray(weights.T, dtype)
        self._buffer, self._product = aligned((len(signed) + 1, some), dtype), aligned(some, dtype)
        self._buffer[-1] = 1
        self._one = np.array(1, dtype)

    def value(self, theta: Array, value: Array) -> None:
        """As of the misfit."""
        for part in self._parts:
            z, _ = self._linear(theta[:, part])
            self._values(theta[:, part], z, value[part])

    def gradient(self, theta: Array, gradient: Array) -> None:
        """As of the misfit."""
        for part in self._parts:
            z, with_ones = self._linear(theta[:, part])
            self._apply(z)
            self._bound(z)
            np.matmul(self._weights, with_ones, out=gradient[:, part])

    def both(self, theta: Array, value: Array, gradient: Array) -> None:
        """Both."""
        for part in self._parts:
            z, with_ones = self._linear(theta[:, part])
            self._values(theta[:, part], z, value[part])
            self._bound(z)
            np.matmul(self._weights, with_ones, out=gradient[:, part])

    def _linear(self, some: Array) -> tuple[Array, Array]:
        """z, and it with the row of ones."""
        with_ones = self._buffer[:, : some.shape[1]]
        return np.matmul(self._factors, some, out=with_ones[:-1]), with_ones

    def _values(self, some: Array, z: Array, value: Array) -> None:
        """Write Σ softplus, and the function over z as far as :meth:`_apply` does."""
        raise NotImplementedError

    def _apply(self, z: Array) -> None:
        """The function, or what comes before it."""
        raise NotImplementedError

    def _bound(self, z: Array) -> None:
        """The function, from what came before it."""

    def _product_of(self, factors: Array) -> Array:
        """Over the first axis."""
        return np.multiply.reduce(factors, axis=0, out=self._product[: factors.shape[1]])


class ExpSweep(SoftplusSweep):
    """σ(z) = 1 − 1/(1 + eᶻ), Σ softplus(z) = ln Π (1 + eᶻ); in double precision the quicker."""

    factor = 1.0
    line = (-1.0, 1.0)

    def _apply(self, z: Array) -> None:
        np.exp(z, z)
        np.add(z, self._one, z)

    def _bound(self, z: Array) -> None:
        np.reciprocal(z, z)

    def _values(self, some: Array, z: Array, value: Array) -> None:
        self._apply(z)
        value[...] = 0
        for i in range(0, len(z), LARGE_FACTORS):
            product = self._product_of(z[i : i + LARGE_FACTORS])
            np.add(value, np.log(product, product), value)
        if not (known := np.isfinite(value)).all():
            value[~known] = softplus(self._factors @ some[:, ~known]).sum(axis=0)


class TanhSweep(SoftplusSweep):
    """σ(2h) = ½ + ½ tanh h, Σ softplus(2h) = Σ (h + |h|) − ln Π ½(1 + |tanh h|); in single precision the quicker."""

    factor = 0.5
    line = (0.5, 0.5)

    def __init__(self, signed: Array, points: int, dtype: np.dtype[Any]) -> None:
        super().__init__(signed, points, dtype)
        self._total, self._sum = self._factors.sum(axis=0), aligned(self._product.size, dtype)
        self._sizes = aligned((len(signed), self._buffer.shape[1]), dtype)

    def _apply(self, z: Array) -> None:
        np.tanh(z, z)

    def _values(self, some: Array, z: Array, value: Array) -> None:
        sizes = self._sizes[:, : z.shape[1]]
        np.matmul(self._total, some, out=value)
        np.add(value, np.add.reduce(np.abs(z, sizes), axis=0, out=self._sum[: value.size]), value)
        self._apply(z)
        np.abs(z, sizes)
        np.add(sizes, self._one, sizes)
        for i in range(0, len(z), FACTORS):
            factors = sizes[i : i + FACTORS]
            product = self._product_of(factors)
            product *= 0.5 ** len(factors)
            np.subtract(value, np.log(product, product), value)
