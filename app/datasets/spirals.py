"""Interleaved spiral arms."""

from __future__ import annotations

from typing import Literal

import numpy as np

from app.core.interfaces import Array
from app.core.spec import Real, control
from app.datasets._synthetic import ManyClusters, on_circle

INNER_RADIUS = 0.1


class Spirals(ManyClusters):
    """``classes`` arms, evenly rotated; the radius is uniform on [0.1, 1] and the angle grows with it."""

    kind: Literal["spirals"] = "spirals"
    title = "Spirals"
    summary = "Interleaved arms, hard for small networks: depth, width and skip connections show their worth here."
    reference = "Lang & Witbrock 1988, Learning to tell two spirals apart, Proc. Connectionist Models Summer School"
    formula = r"x = r(\cos\varphi, \sin\varphi) + \sigma\varepsilon, \quad \varphi = 2\pi(\tau r + y/k)"

    noise: Real = control(0.02, "Noise", symbol="σ", ge=0, le=10, slider=(0, 0.3), description="standard deviation")
    turns: Real = control(
        1.0, "Turns", symbol="τ", gt=0, le=10, slider=(0.25, 3), description="of each arm about the centre"
    )

    def clean(self, labels: Array, rng: np.random.Generator) -> Array:
        radius = rng.uniform(INNER_RADIUS, 1, labels.size)
        angle = 2 * np.pi * (self.turns * radius + labels / self.classes)
        points: Array = radius[:, None] * on_circle(angle)
        return points
