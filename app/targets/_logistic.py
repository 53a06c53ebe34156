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
FACTORS = 32
"""Numbers above 1 that are multiplied before their logarithm is taken: a product that overflows is seen."""


class LogisticMisfit(Swept, LinearMisfit):
    """−ln Π σ(zᵢ)^{tᵢ}(1 − σ(zᵢ))^{1−tᵢ} with zᵢ = φᵢᵀθ and tᵢ 0 or 1.

    With its sign an example is softplus(wᵢᵀθ), wᵢ = (1 − 2tᵢ)φᵢ. Values are known to a few roundings of 1 an example.
    """

    def __init__(self, features: Array, targets: Array) -> None:
        LinearMisfit.__init__(self, features, targets)
        self.signed = (1 - 2 * targets[:, None]) * features

    def sweep(self, place: Place) -> Sweep:
        """Some points at a time, with one transcendental pass between two matrix products."""
        points, some, dtype = place.theta.shape[1], max(1, BUFFER // max(1, len(self.signed))), place.theta.dtype
        calls = (SingleCalls if dtype == np.float32 else DoubleCalls)(self.signed, min(points, some), dtype)
        parts = [calls.of(place, slice(begin, begin + some)) for begin in range(0, max(1, points), some)]
        return Sweep(*(list(chain.from_iterable(each)) for each in zip(*parts, strict=True)))

    def loss(self, outputs: Array, targets: Array) -> Array:
        return np.asarray(softplus(outputs) - targets * outputs)

    def slope(self, outputs: Array, targets: Array) -> Array:
        return np.asarray(sigmoid(outputs) - targets)

    def curvature(self, outputs: Array) -> Array:
        p = sigmoid(outputs)
        return np.asarray(p * (1 - p))


class Slopes:
    """Buffers ``(n, some)`` that all parts of the points share, for calls that write Σ wᵢσ(zᵢ), zᵢ = wᵢᵀθ.

    By a bounded function of z, written over a multiple of it, in which σ is a line: its constant belongs to a row of
    ones, so that one product gives the sum.

    Args:
        signed: w, ``(n, d)``.
        factor: of z, before the function is taken.
        line: σ = line[0]·function + line[1].
        some: points at a time.
        dtype: of the points.
    """

    def __init__(
        self, signed: Array, factor: float, line: tuple[float, float], some: int, dtype: np.dtype[Any]
    ) -> None:
        self.factors = (factor * signed).astype(dtype)
        weights = np.concatenate([line[0] * signed, line[1] * signed.sum(axis=0, keepdims=True)])
        self._weights = np.ascontiguousarray(weights.T, dtype)
        self._buffer = aligned((len(signed) + 1, some), dtype)
        self._buffer[-1] = 1

    def linear(self, theta: Array) -> tuple[Array, Call]:
        """Where the multiple of z of points ``(d, m)`` is, and the call that writes it."""
        z = self._buffer[:-1, : theta.shape[1]]
        return z, (np.matmul, (self.factors, theta, z))

    def back(self, gradient: Array) -> Call:
        """The call that writes the sum for as many points."""
        return np.matmul, (self._weights, self._buffer[:, : gradient.shape[1]], gradient)


class DoubleCalls:
    """Σ softplus(z) = ln Π (1 + eᶻ), σ(z) = 1 − 1/(1 + eᶻ)."""

    def __init__(self, signed: Array, some: int, dtype: np.dtype[Any]) -> None:
        self.slopes = Slopes(signed, 1.0, (-1.0, 1.0), some, dtype)
        self._product, self._seen = aligned(some, dtype), bytearray(some)
        self._known = np.frombuffer(self._seen, bool)
        self.half, self._one = numbers(self._product, 0.5, 1)

    def of(self, place: Place, part: slice) -> Sweep:
        """Of some of the points."""
        z, linear = self.slopes.linear(place.theta[:, part])
        begun, height = [linear, *self.begun(z)], self.height(place, part, z)
        slope: list[Call] = [(np.reciprocal, (z, z)), self.slopes.back(place.gradient[:, part])]
        return Sweep(begun + height, begun + slope, begun + height + slope)

    def begun(self, z: Array) -> list[Call]:
        """1 + eᶻ."""
        return [(np.exp, (z, z)), (np.add, (z, self._one, z))]

    def height(self, place: Place, part: slice, factors: Array) -> list[Call]:
        """The logarithm of their product."""
        value, calls = place.value[part], list[Call]()
        more, size = self._product[: value.size], -(-len(factors) // max(1, -(-len(factors) // FACTORS)))
        for i in range(0, len(factors), max(1, size)):
            into = more if i else value
            calls += [(np.multiply.reduce, (factors[i : i + size], 0, None, into)), (np.log, (into, into))]
            calls += [(np.add, (value, more, value))] if i else []
        return [*calls, (self._mend, (place.theta[:, part], value))] if calls else [(value.fill, (0,))]

    def _mend(self, theta: Array, value: Array) -> None:
        """Where a product overflowed, term by term."""
        known = np.isfinite(value, self._known[: value.size])
        if 0 in self._seen and not known.all():
            value[~known] = softplus(self.slopes.factors @ theta[:, ~known]).sum(axis=0)


class SingleCalls(DoubleCalls):
    """σ(2h) = ½ + ½ tanh h, which takes less time than a quotient; of twice h the sum is as in double precision."""

    def __init__(self, signed: Array, some: int, dtype: np.dtype[Any]) -> None:
        super().__init__(signed, some, dtype)
        self._halves = Slopes(signed, 0.5, (0.5, 0.5), some, dtype)

    def of(self, place: Place, part: slice) -> Sweep:
        z, linear = self.slopes.linear(place.theta[:, part])
        h, alone = self._halves.linear(place.theta[:, part])
        height = [*self.begun(z), *self.height(place, part, z)]
        slope: list[Call] = [(np.tanh, (h, h)), self._halves.back(place.gradient[:, part])]
        halved: Call = np.multiply, (z, self.half, h)
        return Sweep([linear, *height], [alone, *slope], [linear, halved, *height, *slope])
