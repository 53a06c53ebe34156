"""The rectifier with a leak."""

from __future__ import annotations

from typing import Literal

import numpy as np

from app.activations._base import Activation
from app.core.calls import Call, numbers
from app.core.interfaces import Array
from app.core.spec import Real, control


class LeakyReLU(Activation):
    """φ(z) = z for z > 0, αz below; φ′(0) = α."""

    kind: Literal["leaky_relu"] = "leaky_relu"
    slope: Real = control(
        0.01, "Slope", symbol="α", ge=0, le=1, description="slope below zero; 0 is ReLU, 1 is the identity"
    )

    title = "Leaky ReLU"
    summary = "A ReLU whose closed units leak a little, so that they can open again."
    reference = "Maas, Hannun & Ng 2013, Rectifier nonlinearities improve neural network acoustic models, eq. 2"
    formula = r"\varphi(z) = \max(z, 0) + \alpha \min(z, 0)"
    numpy_source = "np.where(z > 0, z, {slope} * z)"
    torch_source = "torch.where(z > 0, z, {slope} * z)"
    kinks = (0.0,)
    seconds = 4e-9

    @property
    def slope_bound(self) -> float:
        return 1.0

    def value(self, z: Array, out: Array | None = None) -> Array:
        return z * self._slopes(z)

    def first(self, z: Array) -> tuple[Array, Array]:
        slopes = self._slopes(z)
        return z * slopes, slopes

    def calls(self, z: Array, slope: Array) -> list[Call]:
        zero, rise, base = numbers(z, 0.0, 1 - self.slope, self.slope)
        grown: list[Call] = [(np.multiply, (slope, rise, slope)), (np.add, (slope, base, slope))]
        return [(np.greater, (z, zero, slope)), *grown, (np.multiply, (z, slope, z))]

    def second(self, z: Array) -> tuple[Array, Array, Array]:
        return *self.first(z), np.zeros_like(z)

    def second_calls(self, z: Array, slope: Array, bend: Array) -> list[Call]:
        (zero,) = numbers(z, 0.0)
        return [*self.calls(z, slope), (np.copyto, (bend, zero))]

    def _slopes(self, z: Array) -> Array:
        slopes = (z.real > 0).astype(z.dtype)
        slopes *= 1 - self.slope
        slopes += self.slope
        return slopes
