"""The sine."""

from __future__ import annotations

from typing import Literal

import numpy as np

from app.activations._base import Activation
from app.core.calls import Call, numbers
from app.core.interfaces import Array
from app.core.spec import Real, control


class Sine(Activation):
    """φ(z) = sin(ωz): periodic, so the landscape has many equal valleys."""

    kind: Literal["sine"] = "sine"
    frequency: Real = control(
        1.0, "Frequency", symbol="ω", scale="log", gt=0, le=100, description="the paper takes 30 in its first layer"
    )

    title = "Sine"
    summary = "A wave: fits fine detail that saturating units miss, at the price of a landscape full of valleys."
    reference = "Sitzmann, Martel, Bergman, Lindell & Wetzstein 2020, Implicit neural representations, NeurIPS, eq. 5"
    formula = r"\varphi(z) = \sin(\omega z)"
    numpy_source = "np.sin({frequency} * z)"
    torch_source = "torch.sin({frequency} * z)"

    @property
    def slope_bound(self) -> float:
        return self.frequency

    def value(self, z: Array, out: Array | None = None) -> Array:
        phase = np.multiply(z, self.frequency, out=out)
        return np.sin(phase, out=phase)

    def first(self, z: Array) -> tuple[Array, Array]:
        phase = z * self.frequency
        return np.sin(phase), self.frequency * np.cos(phase)

    def calls(self, z: Array, slope: Array) -> list[Call]:
        (frequency,) = numbers(z, self.frequency)
        phase = np.multiply, (z, frequency, z)
        return [phase, (np.cos, (z, slope)), (np.multiply, (frequency, slope, slope)), (np.sin, (z, z))]

    def second(self, z: Array) -> tuple[Array, Array, Array]:
        a, slope = self.first(z)
        return a, slope, -(self.frequency**2) * a
