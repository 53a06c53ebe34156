"""The sigmoid-weighted linear unit (swish)."""

from __future__ import annotations

from typing import Literal

import numpy as np

from app.activations._base import Activation
from app.core.calls import Call, numbers
from app.core.interfaces import Array
from app.core.memory import alike
from app.core.numerics import sigmoid, sigmoid_calls

_STEEPEST = 2.3993572805154677
"""Where φ″ = 0 for z > 0: 2 + z = (z − 2) eᶻ, that is coth(z/2) = z/2."""


class SiLU(Activation):
    """φ(z) = z σ(z), φ′ = σ + z σ′, φ″ = σ′(2 + z(1 − 2σ)), with σ′ = σ(1 − σ)."""

    kind: Literal["silu"] = "silu"
    title = "SiLU"
    summary = "Its input times its sigmoid: a smooth ReLU that dips to −0.28 before it rises."
    reference = "Elfwing, Uchibe & Doya 2018, Sigmoid-weighted linear units, Neural Networks 107, eqs. 4 and 5"
    formula = r"\varphi(z) = \frac{z}{1 + e^{-z}}"
    numpy_source = "z * (0.5 + 0.5 * np.tanh(0.5 * z))"
    torch_source = "z * torch.sigmoid(z)"
    seconds = 6e-9

    @property
    def slope_bound(self) -> float:
        return float(self.first(np.array([_STEEPEST]))[1][0])

    def value(self, z: Array, out: Array | None = None) -> Array:
        return np.multiply(z, sigmoid(z), out=out)

    def first(self, z: Array) -> tuple[Array, Array]:
        gate = sigmoid(z)
        a = z * gate
        return a, gate + a * (1 - gate)

    def calls(self, z: Array, slope: Array) -> list[Call]:
        (one,), shut = numbers(z, 1.0), alike(z)
        value: list[Call] = [*sigmoid_calls(z, slope), (np.multiply, (z, slope, z)), (np.subtract, (one, slope, shut))]
        return [*value, (np.multiply, (z, shut, shut)), (np.add, (slope, shut, slope))]

    def second(self, z: Array) -> tuple[Array, Array, Array]:
        gate = sigmoid(z)
        a, slope = z * gate, gate * (1 - gate)
        return a, gate + z * slope, slope * (2 + z * (1 - 2 * gate))
