"""The exponential linear unit."""

from __future__ import annotations

from functools import partial
from typing import Literal

import numpy as np

from app.activations._base import Activation
from app.core.calls import Call, numbers
from app.core.interfaces import Array
from app.core.numerics import negative_part, positive_part
from app.core.spec import Real, control


class ELU(Activation):
    """φ(z) = z for z > 0, α(eᶻ − 1) below; φ′(0) = α, φ″(0) = α."""

    kind: Literal["elu"] = "elu"
    alpha: Real = control(1.0, "α", symbol="α", ge=0, le=10, description="−α is the value far below zero")

    title = "ELU"
    summary = "Linear above zero, saturating at −α below: closed units keep a slope and activations a mean near zero."
    reference = "Clevert, Unterthiner & Hochreiter 2016, Fast and accurate deep network learning by ELUs, ICLR, eq. 15"
    formula = r"\varphi(z) = \begin{cases} z & z > 0 \\ \alpha\,(e^{z} - 1) & z \le 0 \end{cases}"
    numpy_source = "np.where(z > 0, z, {alpha} * np.expm1(np.minimum(z, 0.0)))"
    torch_source = "torch.where(z > 0, z, {alpha} * torch.expm1(torch.clamp(z, max=0.0)))"
    kinks = (0.0,)
    seconds = 1e-8

    @property
    def slope_bound(self) -> float:
        return max(1.0, self.alpha)

    def value(self, z: Array, out: Array | None = None) -> Array:
        below = np.expm1(negative_part(z))
        below *= self.alpha
        below += positive_part(z)
        return below

    def first(self, z: Array) -> tuple[Array, Array]:
        a, slope, _ = self.second(z)
        return a, slope

    def calls(self, z: Array, slope: Array) -> list[Call]:
        zero, one, alpha, above = *numbers(z, 0.0, 1.0, self.alpha), np.empty(z.shape, bool)
        below: list[Call] = [(partial(np.minimum, out=slope), (z, zero)), (np.expm1, (slope, slope))]
        below += [(np.multiply, (slope, alpha, slope)), (partial(np.maximum, out=z), (z, zero))]
        value: list[Call] = [(np.greater, (z, zero, above)), (np.add, (slope, z, z))]
        return [*below, *value, (np.add, (slope, alpha, slope)), (np.copyto, (slope, one, "same_kind", above))]

    def second(self, z: Array) -> tuple[Array, Array, Array]:
        a, above = self.value(z), z.real > 0
        bend = np.where(above, 0, a + self.alpha).astype(z.dtype, copy=False)
        return a, bend + above, bend
