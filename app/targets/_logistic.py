"""The misfit of a Bernoulli likelihood, in few passes: chains spend their time here."""

from __future__ import annotations

from itertools import chain
from typing import Any

import numpy as np

from app.core.calls import Call, numbers
from app.core.interfaces import Array
from app.core.memory import aligned
from app.core.numerics import sigmoid, softplus
from app.targets._energies import Swept
from app.targets._linear import LinearMisfit
from app.targets._sweeps import Place, Sweep

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

    def sweep(self, place: Place) -> Sweep:
        """Some points at a time, with one transcendental pass between two matrix products.

        By tanh in single precision, by exp in double: whichever takes less time.
        """
        points, some = place.theta.shape[1], max(1, BUFFER // max(1, len(self.signed)))
        kind = TanhCalls if place.theta.dtype == np.float32 else ExpCalls
        calls = kind(self.signed, min(points, some), place.theta.dtype)
        parts = [calls.of(place, slice(begin, begin + some)) for begin in range(0, max(1, points), some)]
        return Sweep(*(list(chain.from_iterable(each)) for each in zip(*parts, strict=True)))

    def loss(self, outputs: Array, targets: Array) -> Array:
        return np.asarray(softplus(outputs) - targets * outputs)

    def slope(self, outputs: Array, targets: Array) -> Array:
        return np.asarray(sigmoid(outputs) - targets)

    def curvature(self, outputs: Array) -> Array:
        p = sigmoid(outputs)
        return np.asarray(p * (1 - p))


class SoftplusCalls:
    """The calls of Σ softplus(zᵢ), zᵢ = wᵢᵀθ, on buffers ``(n, some)`` that all parts of the points share.

    A subclass brings a bounded function of z, written over z, in which σ is a line: its constant belongs to a row of
    ones, so that one product gives the gradient Σ wᵢσ(zᵢ).

    Args:
        signed: w, ``(n, d)``.
        some: points at a time.
        dtype: of the points.
    """

    factor: float
    """Of z, before the function is taken."""
    line: tuple[float, float]
    """σ = line[0]·function + line[1]."""

    def __init__(self, signed: Array, some: int, dtype: np.dtype[Any]) -> None:
        self.factors = (self.factor * signed).astype(dtype)
        slope, offset = self.line
        weights = np.concatenate([slope * signed, offset * signed.sum(axis=0, keepdims=True)])
        self._weights = np.ascontiguousarray(weights.T, dtype)
        self._buffer, self._product = aligned((len(signed) + 1, some), dtype), aligned(some, dtype)
        self._buffer[-1] = 1
        (self.one,) = numbers(self._product, 1)

    def of(self, place: Place, part: slice) -> Sweep:
        """Of some of the points."""
        theta, value, gradient = place.theta[:, part], place.value[part], place.gradient[:, part]
        with_ones = self._buffer[:, : value.size]
        linear: Call = np.matmul, (self.factors, theta, with_ones[:-1])
        back: Call = np.matmul, (self._weights, with_ones, gradient)
        values, begun, bounded = self.links(theta, with_ones[:-1], value)
        return Sweep([linear, *values], [linear, *begun, *bounded, back], [linear, *values, *bounded, back])

    def links(self, theta: Array, z: Array, value: Array) -> tuple[list[Call], list[Call], list[Call]]:
        """The calls that write Σ softplus and begin the function, that begin it alone, and that end it."""
        raise NotImplementedError

    def product(self, factors: Array) -> tuple[Array, Call]:
        """Over the first axis."""
        product = self._product[: factors.shape[1]]
        return product, (np.multiply.reduce, (factors, 0, None, product))


class ExpCalls(SoftplusCalls):
    """σ(z) = 1 − 1/(1 + eᶻ), Σ softplus(z) = ln Π (1 + eᶻ)."""

    factor = 1.0
    line = (-1.0, 1.0)

    def links(self, theta: Array, z: Array, value: Array) -> tuple[list[Call], list[Call], list[Call]]:
        begun: list[Call] = [(np.exp, (z, z)), (np.add, (z, self.one, z))]
        values: list[Call] = [*begun, (value.fill, (0,))]
        for i in range(0, len(z), LARGE_FACTORS):
            product, multiplied = self.product(z[i : i + LARGE_FACTORS])
            values += [multiplied, (np.log, (product, product)), (np.add, (value, product, value))]
        return [*values, (self._mend, (theta, value))], begun, [(np.reciprocal, (z, z))]

    def _mend(self, theta: Array, value: Array) -> None:
        """Where a product overflowed, term by term."""
        if not (known := np.isfinite(value)).all():
            value[~known] = softplus(self.factors @ theta[:, ~known]).sum(axis=0)


class TanhCalls(SoftplusCalls):
    """σ(2h) = ½ + ½ tanh h, Σ softplus(2h) = Σ (h + |h|) − ln Π ½(1 + |tanh h|)."""

    factor = 0.5
    line = (0.5, 0.5)

    def __init__(self, signed: Array, some: int, dtype: np.dtype[Any]) -> None:
        super().__init__(signed, some, dtype)
        self._sizes = aligned((len(signed), some), dtype)

    def links(self, theta: Array, z: Array, value: Array) -> tuple[list[Call], list[Call], list[Call]]:
        sizes, (total, _) = self._sizes[:, : value.size], self.product(z)
        values: list[Call] = [
            (np.matmul, (self.factors.sum(axis=0), theta, value)),
            (np.abs, (z, sizes)),
            (np.add.reduce, (sizes, 0, None, total)),
            (np.add, (value, total, value)),
            (np.tanh, (z, z)),
            (np.abs, (z, sizes)),
            (np.add, (sizes, self.one, sizes)),
        ]
        for i in range(0, len(z), FACTORS):
            product, multiplied = self.product(sizes[i : i + FACTORS])
            halved: Call = np.multiply, (product, *numbers(value, 0.5 ** len(sizes[i : i + FACTORS])), product)
            values += [multiplied, halved, (np.log, (product, product)), (np.subtract, (value, product, value))]
        return values, [(np.tanh, (z, z))], []
