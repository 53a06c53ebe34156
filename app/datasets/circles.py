"""Two concentric circles."""

from __future__ import annotations

from typing import Literal

import numpy as np

from app.core.interfaces import Array
from app.core.spec import Real, control
from app.datasets._synthetic import Clusters, on_circle


class Circles(Clusters):
    """A circle of radius 1 (class 0) around one of radius ``factor`` (class 1); angles uniform on [0, 2π]."""

    kind: Literal["circles"] = "circles"
    title = "Circles"
    summary = "One circle inside another: the network has to build a closed boundary."
    reference = "Pedregosa et al. 2011, scikit-learn, JMLR 12: make_circles (here with random angles)"
    formula = r"x = r_y (\cos t, \sin t) + \sigma\varepsilon, \quad r_0 = 1,\; r_1 = \rho"

    factor: Real = control(0.5, "Inner radius", symbol="ρ", ge=0, lt=1, description="as a fraction of the outer one")

    def clean(self, labels: Array, rng: np.random.Generator) -> Array:
        t = rng.uniform(0, 2 * np.pi, labels.size)
        radius = np.where(labels == 0, 1.0, self.factor)
        points: Array = radius[:, None] * on_circle(t)
        return points
