"""A uniform draw of a chosen width."""

from __future__ import annotations

from typing import Literal

import numpy as np

from app.core.interfaces import Array
from app.core.spec import Real, control
from app.initialisers._plain import Plain


class Uniform(Plain):
    """W ~ U(−scale, scale), whatever the layer's size."""

    kind: Literal["uniform"] = "uniform"
    scale: Real = control(
        0.5, "Scale", symbol="s", scale="log", slider=(1e-3, 10), gt=0, le=1e3, description="half width"
    )

    title = "Uniform"
    summary = "Small random weights of one chosen width, as the first papers on back-propagation used."
    reference = (
        "Rumelhart, Hinton & Williams 1986, Learning representations by back-propagating errors, Nature 323 (±0.3)"
    )
    formula = r"W \sim U(-s, s)"

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        return rng.uniform(-self.scale, self.scale, shape)
