"""The Gaussian error linear unit, exact."""

from __future__ import annotations

from typing import Literal

import numpy as np
import scipy

from app.activations._base import Activation
from app.core.calls import Call, numbers
from app.core.interfaces import Array
from app.core.memory import alike

_ROOT_HALF = 0.5**0.5
_DENSITY_AT_ZERO = (2 * np.pi) ** -0.5


class GELU(Activation):
    """φ(z) = z Φ(z) with Φ the standard normal distribution function (by erf, not the tanh approximation).

    φ′ = Φ + z p, φ″ = (2 − z²) p, with p the normal density; φ′ is greatest at z = √2.
    """

    kind: Literal["gelu"] = "gelu"
    title = "GELU"
    summary = "Weighs its input by the chance that a standard normal lies below it: a smooth ReLU with a small dip."
    reference = "Hendrycks & Gimpel 2016, Gaussian error linear units, arXiv:1606.08415, section 2"
    formula = r"\varphi(z) = z\,\Phi(z) = \tfrac{z}{2}\left(1 + \operatorname{erf}\tfrac{z}{\sqrt 2}\right)"
    numpy_source = "0.5 * z * (1.0 + np.vectorize(math.erf, otypes=[float])(z / math.sqrt(2.0)))"
    torch_source = "0.5 * z * (1.0 + torch.erf(z / math.sqrt(2.0)))"
    seconds = 1.4e-8

    @property
    def slope_bound(self) -> float:
        return float(self.first(np.array([2**0.5]))[1][0])

    def value(self, z: Array, out: Array | None = None) -> Array:
        return np.multiply(z, _distribution(z), out=out)

    def first(self, z: Array) -> tuple[Array, Array]:
        a, slope, _ = self._parts(z)
        return a, slope

    def calls(self, z: Array, slope: Array) -> list[Call]:
        root, half, minus, top, dense = *numbers(z, _ROOT_HALF, 0.5, -0.5, _DENSITY_AT_ZERO), alike(z)
        below: list[Call] = [(np.multiply, (z, root, slope)), (scipy.special.erf, (slope, slope))]
        below += [(np.multiply, (slope, half, slope)), (np.add, (slope, half, slope))]
        density: list[Call] = [(np.multiply, (minus, z, dense)), (np.multiply, (dense, z, dense))]
        density += [(np.exp, (dense, dense)), (np.multiply, (dense, top, dense)), (np.multiply, (z, dense, dense))]
        return [*below, *density, (np.multiply, (z, slope, z)), (np.add, (slope, dense, slope))]

    def second(self, z: Array) -> tuple[Array, Array, Array]:
        a, slope, density = self._parts(z)
        return a, slope, density * (2 - z * z)

    def _parts(self, z: Array) -> tuple[Array, Array, Array]:
        below, density = _distribution(z), _density(z)
        return z * below, below + z * density, density


def _distribution(z: Array) -> Array:
    below = np.asarray(scipy.special.erf(z * _ROOT_HALF))
    below *= 0.5
    below += 0.5
    return below


def _density(z: Array) -> Array:
    return np.asarray(np.exp(-0.5 * z * z) * _DENSITY_AT_ZERO)
