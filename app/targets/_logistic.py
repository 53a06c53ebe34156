"""The misfit of a Bernoulli likelihood, in few passes: chains spend their time here."""

from __future__ import annotations

from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from app.core.calls import Call, numbers, product
from app.core.interfaces import Array
from app.core.memory import aligned
from app.core.numerics import sigmoid, softplus
from app.targets._energies import Swept
from app.targets._linear import LinearMisfit
from app.targets._sweeps import Place, Ridges, Sweep

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
        return self.sweep_with(place)

    def sweep_with(self, place: Place, weight: float = 1.0, pull: Array | None = None) -> Sweep:
        """Some points at a time, with one transcendental pass between two matrix products.

        The gradient is ``weight`` times that of the misfit, and Aθ of a ``pull`` A ``(d, d)``: in the same product.
        """
        points, some, dtype = place.theta.shape[1], max(1, BUFFER // max(1, len(self.signed))), place.theta.dtype
        weighed = Weighed(self.signed, weight, pull)
        calls = (SingleCalls if dtype == np.float32 else DoubleCalls)(weighed, min(points, some), dtype)
        parts = [calls.of(place, slice(begin, begin + some)) for begin in range(0, max(1, points), some)]
        return Sweep(*(list(chain.from_iterable(each)) for each in zip(*parts, strict=True)))

    def ridges_with(self, weight: float, pull: Array) -> Ridges:
        """The same gradient, by σ(2h) = ½ + ½ tanh h."""
        halves = 0.5 * self.signed
        return Ridges(halves, np.tanh, weight * halves.T, pull, weight * halves.sum(axis=0))

    def loss(self, outputs: Array, targets: Array) -> Array:
        return np.asarray(softplus(outputs) - targets * outputs)

    def slope(self, outputs: Array, targets: Array) -> Array:
        return np.asarray(sigmoid(outputs) - targets)

    def curvature(self, outputs: Array) -> Array:
        p = sigmoid(outputs)
        return np.asarray(p * (1 - p))


class Weighed(NamedTuple):
    """What a gradient k·Σ wᵢσ(zᵢ) + Aθ is made of, zᵢ = wᵢᵀθ: w ``(n, d)``, k and A ``(d, d)``, if there is one."""

    signed: Array
    weight: float
    pull: Array | None


class Slopes:
    """Buffers ``(n, some)`` that all parts of the points share, for calls that write a gradient.

    By a bounded function of z, written over a multiple of it, in which σ is a line: its constant belongs to a row of
    ones, and Aθ to rows of θ, so that one product gives the sum.

    Args:
        weighed: the gradient.
        factor: of z, before the function is taken.
        line: σ = line[0]·function + line[1].
        some: points at a time.
        dtype: of the points.
    """

    def __init__(
        self, weighed: Weighed, factor: float, line: tuple[float, float], some: int, dtype: np.dtype[Any]
    ) -> None:
        signed, weight, pull = weighed
        self.factors = (factor * signed).astype(dtype)
        rows = [weight * line[0] * signed, weight * line[1] * signed.sum(axis=0, keepdims=True)]
        rows += [] if pull is None else [pull.T]
        self._weights = np.ascontiguousarray(np.concatenate(rows).T, dtype)
        self._buffer = aligned((self._weights.shape[1], some), dtype)
        self._buffer[len(signed)] = 1

    def linear(self, theta: Array) -> tuple[Array, Call]:
        """Where the multiple of z of points ``(d, m)`` is, and the call that writes it."""
        z = self._buffer[: len(self.factors), : theta.shape[1]]
        return z, product(self.factors, theta, z)

    def back(self, theta: Array, gradient: Array) -> list[Call]:
        """The calls that write the gradient of as many points."""
        whole = self._buffer[:, : theta.shape[1]]
        pulled = whole[len(self.factors) + 1 :]
        copied: list[Call] = [(np.copyto, (pulled, theta))] if len(pulled) else []
        return [*copied, product(self._weights, whole, gradient)]


class DoubleCalls:
    """Σ softplus(z) = ln Π (1 + eᶻ), σ(z) = 1 − 1/(1 + eᶻ)."""

    def __init__(self, weighed: Weighed, some: int, dtype: np.dtype[Any]) -> None:
        self.slopes = Slopes(weighed, 1.0, (-1.0, 1.0), some, dtype)
        self._product, self._seen = aligned(some, dtype), bytearray(some)
        self._known = np.frombuffer(self._seen, bool)
        (self._one,) = numbers(self._product, 1)

    def of(self, place: Place, part: slice) -> Sweep:
        """Of some of the points."""
        theta, gradient = place.theta[:, part], place.gradient[:, part]
        z, linear = self.slopes.linear(theta)
        begun, height = [linear, *self.begun(z)], self.height(place, part, z)
        slope: list[Call] = [(np.reciprocal, (z, z)), *self.slopes.back(theta, gradient)]
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
    """σ(2h) = ½ + ½ tanh h, which takes less time than a quotient; the sum is as in double precision."""

    def __init__(self, weighed: Weighed, some: int, dtype: np.dtype[Any]) -> None:
        super().__init__(weighed._replace(pull=None), some, dtype)
        self._halves = Slopes(weighed, 0.5, (0.5, 0.5), some, dtype)

    def of(self, place: Place, part: slice) -> Sweep:
        theta, gradient = place.theta[:, part], place.gradient[:, part]
        z, linear = self.slopes.linear(theta)
        h, halved = self._halves.linear(theta)
        height = [*self.begun(z), *self.height(place, part, z)]
        slope: list[Call] = [(np.tanh, (h, h)), *self._halves.back(theta, gradient)]
        doubled: Call = np.add, (h, h, z)
        return Sweep([linear, *height], [halved, *slope], [halved, doubled, *height, *slope])
