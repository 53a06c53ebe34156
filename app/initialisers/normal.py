"""A normal draw of a chosen width."""

from __future__ import annotations

from typing import Literal

import numpy as np

from app.core.interfaces import Array
from app.core.spec import Real, control
from app.initialisers._plain import Plain


class Normal(Plain):
    """W ~ N(0, std²), whatever the layer's size."""

    kind: Literal["normal"] = "normal"
    std: Real = control(
        0.1,
        "Standard deviation",
        symbol="σ",
        scale="log",
        slider=(1e-3, 10),
        gt=0,
        le=1e3,
        description="of each weight",
    )

    title = "Normal"
    summary = (
        "Gaussian weights of one chosen width: too small and signals vanish with depth, too large and they explode."
    )
    reference = (
        "Krizhevsky, Sutskever & Hinton 2012, ImageNet classification with deep CNNs, NIPS, section 5 (σ = 0.01)"
    )
    formula = r"W \sim N(0, \sigma^2)"

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        return rng.normal(0.0, self.std, shape)
