"""Elementary functions that the parts above share: stable far from zero, in float32, float64 and complex128.

A complex argument is a real one with an infinitesimal imaginary part (the complex step), so piecewise functions
choose their piece by the real part.
"""

from __future__ import annotations

import numpy as np

from app.core.calls import Call, numbers
from app.core.interfaces import Array


def sigmoid(z: Array, out: Array | None = None) -> Array:
    """σ(z) = 1/(1 + e⁻ᶻ) as ½ + ½ tanh(z/2): bounded everywhere, absolute error of one rounding; ``out`` may be z."""
    half = np.multiply(z, 0.5, out=out)
    np.tanh(half, out=half)
    half *= 0.5
    half += 0.5
    return half


def sigmoid_calls(z: Array, out: Array) -> list[Call]:
    """What leaves the same in ``out``."""
    (half,) = numbers(z, 0.5)
    halved = np.multiply, (out, half, out)
    return [(np.multiply, (z, half, out)), (np.tanh, (out, out)), halved, (np.add, (out, half, out))]


def positive_part(z: Array, out: Array | None = None) -> Array:
    """max(z, 0), by the real part; ``out`` may be z."""
    if z.dtype.kind == "c":
        return np.where(z.real > 0, z, 0)
    return np.maximum(z, 0, out=out)


def negative_part(z: Array) -> Array:
    """min(z, 0), by the real part."""
    return np.where(z.real > 0, 0, z) if z.dtype.kind == "c" else np.minimum(z, 0)


def magnitude(z: Array, out: Array | None = None) -> Array:
    """|z|, by the real part; ``out`` may be z."""
    if z.dtype.kind == "c":
        return np.where(z.real > 0, z, -z)
    return np.abs(z, out=out)


def decay(z: Array) -> Array:
    """e^{−|z|}, |·| by the real part: the bounded exponential that softplus and the logistic loss share."""
    size = magnitude(z)
    return np.exp(np.negative(size, out=size), out=size)


def softplus(z: Array) -> Array:
    """log(1 + eᶻ) = max(z, 0) + log(1 + e^{−|z|}), full relative accuracy on both sides."""
    small = decay(z)
    np.log1p(small, out=small)
    small += positive_part(z)
    return small


class Constant:
    """A float64 array that meets float32 ones in their own precision, lest these become float64.

    Args:
        array: in float64.
    """

    def __init__(self, array: Array) -> None:
        self._double = np.asarray(array, dtype=np.float64)
        self._single = self._double.astype(np.float32)

    def beside(self, other: Array) -> Array:
        """The array in float32 where ``other`` is, else in float64."""
        return self._single if other.dtype == np.float32 else self._double
