"""The logistic function."""

from __future__ import annotations

from typing import Literal

import numpy as np

from app.activations._base import Activation, Sigmoidal
from app.core.calls import Call, numbers
from app.core.interfaces import Array
from app.core.numerics import sigmoid, sigmoid_calls


class Sigmoid(Activation):
    """φ(z) = 1/(1 + e⁻ᶻ), φ′ = φ(1 − φ) ≤ 1/4: every layer divides the error by four at least."""

    kind: Literal["sigmoid"] = "sigmoid"
    title = "Sigmoid"
    summary = "Squashes to (0, 1). Its slope is at most 1/4, so gradients shrink at least fourfold in each layer."
    reference = (
        "Rumelhart, Hinton & Williams 1986, Learning representations by back-propagating errors, Nature 323, eq. 2"
    )
    formula = r"\varphi(z) = \frac{1}{1 + e^{-z}}"
    numpy_source = "0.5 + 0.5 * np.tanh(0.5 * z)"
    torch_source = "torch.sigmoid(z)"
    sigmoidal = Sigmoidal(0.0, 1.0, 1.0)
    seconds = 5e-9

    @property
    def slope_bound(self) -> float:
        return 0.25

    def value(self, z: Array, out: Array | None = None) -> Array:
        return sigmoid(z, out)

    def first(self, z: Array) -> tuple[Array, Array]:
        a = sigmoid(z)
        return a, a * (1 - a)

    def calls(self, z: Array, slope: Array) -> list[Call]:
        (one,) = numbers(z, 1.0)
        return [*sigmoid_calls(z, z), (np.subtract, (one, z, slope)), (np.multiply, (z, slope, slope))]

    def second(self, z: Array) -> tuple[Array, Array, Array]:
        a, slope = self.first(z)
        return a, slope, slope * (1 - 2 * a)

    def second_calls(self, z: Array, slope: Array, bend: Array) -> list[Call]:
        one, two = numbers(z, 1.0, 2.0)
        left: list[Call] = [(np.multiply, (two, z, bend)), (np.subtract, (one, bend, bend))]
        return [*self.calls(z, slope), *left, (np.multiply, (slope, bend, bend))]
