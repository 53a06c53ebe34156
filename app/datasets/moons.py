"""Two interleaved half circles."""

from __future__ import annotations

from typing import Literal

import numpy as np

from app.core.interfaces import Array
from app.datasets._synthetic import Clusters, on_circle


class Moons(Clusters):
    """Half circles of radius 1: the upper about (0, 0), the lower about (1, ½); angles uniform on [0, π]."""

    kind: Literal["moons"] = "moons"
    title = "Two moons"
    summary = "Two interleaved half circles: separable by a gentle curve, not by a line."
    reference = "Pedregosa et al. 2011, scikit-learn, JMLR 12: make_moons (here with random angles)"
    formula = (
        r"x = \begin{cases}(\cos t, \sin t) & y = 0\\"
        r"(1 - \cos t, \tfrac12 - \sin t) & y = 1\end{cases} + \sigma\varepsilon"
    )

    def clean(self, labels: Array, rng: np.random.Generator) -> Array:
        t = rng.uniform(0, np.pi, labels.size)
        upper = on_circle(t)
        return np.where(labels[:, None] == 0, upper, [1.0, 0.5] - upper)
