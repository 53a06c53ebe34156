"""The hyperbolic tangent."""

from __future__ import annotations

from typing import Literal

import numpy as np

from app.activations._base import Activation, Sigmoidal
from app.core.calls import Call, numbers
from app.core.interfaces import Array


class Tanh(Activation):
    """φ(z) = tanh z, φ′ = 1 − φ²."""

    kind: Literal["tanh"] = "tanh"
    title = "Tanh"
    summary = "Squashes to (−1, 1), centred: slope 1 at zero, so small networks start close to linear ones."
    reference = "LeCun, Bottou, Orr & Müller 1998, Efficient backprop, section 4.4"
    formula = r"\varphi(z) = \tanh z"
    numpy_source = "np.tanh(z)"
    torch_source = "torch.tanh(z)"
    sigmoidal = Sigmoidal(-1.0, 2.0, 2.0)
    seconds = 5e-9

    @property
    def slope_bound(self) -> float:
        return 1.0

    def value(self, z: Array, out: Array | None = None) -> Array:
        return np.tanh(z, out=out)

    def first(self, z: Array) -> tuple[Array, Array]:
        a = np.tanh(z)
        slope = a * a
        return a, np.subtract(1, slope, out=slope)

    def calls(self, z: Array, slope: Array) -> list[Call]:
        (one,) = numbers(z, 1.0)
        return [(np.tanh, (z, z)), (np.multiply, (z, z, slope)), (np.subtract, (one, slope, slope))]

    def second(self, z: Array) -> tuple[Array, Array, Array]:
        a, slope = self.first(z)
        return a, slope, -2 * a * slope

    def second_calls(self, z: Array, slope: Array, bend: Array) -> list[Call]:
        (minus_two,) = numbers(z, -2.0)
        return [*self.calls(z, slope), (np.multiply, (minus_two, z, bend)), (np.multiply, (bend, slope, bend))]
