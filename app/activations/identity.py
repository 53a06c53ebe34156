"""No activation: a linear layer."""

from __future__ import annotations

from typing import Literal

import numpy as np

from app.activations._base import Activation
from app.core.interfaces import Array


class Identity(Activation):
    """φ(z) = z: stacked linear layers are one linear map, though not one landscape."""

    kind: Literal["identity"] = "identity"
    title = "Identity"
    summary = "Passes its input on. Deep linear networks compute a linear map, yet their landscape has saddles."
    reference = "Saxe, McClelland & Ganguli 2014, Exact solutions to the nonlinear dynamics of learning, ICLR, eq. 1"
    formula = r"\varphi(z) = z"
    numpy_source = "z"
    torch_source = "z"
    linear = True
    seconds = 2e-9

    @property
    def slope_bound(self) -> float:
        return 1.0

    def value(self, z: Array, out: Array | None = None) -> Array:
        return z

    def first(self, z: Array) -> tuple[Array, Array]:
        return z, np.ones_like(z)

    def second(self, z: Array) -> tuple[Array, Array, Array]:
        return z, np.ones_like(z), np.zeros_like(z)
