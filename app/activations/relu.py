"""The rectifier."""

from __future__ import annotations

from functools import partial
from typing import Literal

import numpy as np

from app.activations._base import Activation
from app.core.calls import Call, numbers
from app.core.interfaces import Array
from app.core.numerics import positive_part


class ReLU(Activation):
    """φ(z) = max(z, 0), φ′(0) = 0."""

    kind: Literal["relu"] = "relu"
    title = "ReLU"
    summary = "Passes the positive part. Error flows unshrunk through open units and not at all through closed ones."
    reference = "Nair & Hinton 2010, Rectified linear units improve restricted Boltzmann machines, ICML, section 2"
    formula = r"\varphi(z) = \max(z, 0)"
    numpy_source = "np.maximum(z, 0.0)"
    torch_source = "torch.relu(z)"
    kinks = (0.0,)
    seconds = 3e-9

    @property
    def slope_bound(self) -> float:
        return 1.0

    def value(self, z: Array, out: Array | None = None) -> Array:
        return positive_part(z, out)

    def first(self, z: Array) -> tuple[Array, Array]:
        return positive_part(z), (z.real > 0).astype(z.dtype)

    def calls(self, z: Array, slope: Array) -> list[Call]:
        (zero,) = numbers(z, 0.0)
        return [(np.greater, (z, zero, slope)), (partial(np.maximum, out=z), (z, zero))]

    def second(self, z: Array) -> tuple[Array, Array, Array]:
        return *self.first(z), np.zeros_like(z)

    def second_calls(self, z: Array, slope: Array, bend: Array) -> list[Call]:
        (zero,) = numbers(z, 0.0)
        return [*self.calls(z, slope), (np.copyto, (bend, zero))]
