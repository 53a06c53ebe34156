"""The smooth rectifier."""

from __future__ import annotations

from functools import partial
from typing import Literal

import numpy as np

from app.activations._base import Activation
from app.core.calls import Call, numbers
from app.core.interfaces import Array
from app.core.memory import alike
from app.core.numerics import sigmoid, sigmoid_calls, softplus


class Softplus(Activation):
    """φ(z) = log(1 + eᶻ), φ′ = σ(z), φ″ = σ(z)(1 − σ(z))."""

    kind: Literal["softplus"] = "softplus"
    title = "Softplus"
    summary = "A ReLU with its corner rounded off: always positive, and its slope is the sigmoid."
    reference = (
        "Dugas, Bengio, Bélisle, Nadeau & Garcia 2001, Incorporating second-order functional knowledge, NIPS 13, eq. 3"
    )
    formula = r"\varphi(z) = \log(1 + e^{z})"
    numpy_source = "np.maximum(z, 0.0) + np.log1p(np.exp(-np.abs(z)))"
    torch_source = "torch.clamp(z, min=0.0) + torch.log1p(torch.exp(-torch.abs(z)))"
    seconds = 1e-8

    @property
    def slope_bound(self) -> float:
        return 1.0

    def value(self, z: Array, out: Array | None = None) -> Array:
        return softplus(z)

    def first(self, z: Array) -> tuple[Array, Array]:
        return softplus(z), sigmoid(z)

    def calls(self, z: Array, slope: Array) -> list[Call]:
        (zero,), small = numbers(z, 0.0), alike(z)
        decay: list[Call] = [(np.absolute, (z, small)), (np.negative, (small, small)), (np.exp, (small, small))]
        value: list[Call] = [*decay, (np.log1p, (small, small)), (partial(np.maximum, out=z), (z, zero))]
        return [*sigmoid_calls(z, slope), *value, (np.add, (small, z, z))]

    def second(self, z: Array) -> tuple[Array, Array, Array]:
        a, slope = self.first(z)
        return a, slope, slope * (1 - slope)
