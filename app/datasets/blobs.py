"""Gaussian blobs."""

from __future__ import annotations

from typing import Literal

import numpy as np

from app.core.interfaces import Array
from app.core.spec import Real, Whole, control
from app.datasets._base import generator
from app.datasets._synthetic import SHAPE, ManyClusters


class Blobs(ManyClusters):
    """One isotropic Gaussian per class; centres uniform in a cube of half-width ``spread`` about ``offset``."""

    kind: Literal["blobs"] = "blobs"
    title = "Gaussian blobs"
    summary = "A round cloud per class, in any number of dimensions; an offset makes the inputs uncentred."
    reference = "Pedregosa et al. 2011, scikit-learn, JMLR 12: make_blobs"
    formula = r"x = c_y + \sigma\varepsilon, \quad c_y \sim \mathcal U\left[\mu - s, \mu + s\right]^d"

    noise: Real = control(1.0, "Noise", symbol="σ", ge=0, le=10, slider=(0, 3), description="standard deviation")
    dims: Whole = control(2, "Dimensions", symbol="d", ge=1, le=100)
    spread: Real = control(5.0, "Spread of the centres", symbol="s", gt=0, le=100, slider=(1, 10))
    offset: Real = control(
        0.0, "Offset", symbol="μ", ge=-100, le=100, slider=(-5, 5), description="added to every coordinate"
    )

    def clean(self, labels: Array, rng: np.random.Generator) -> Array:
        return self.centres()[labels]

    def centres(self) -> Array:
        """Means of the classes: ``(classes, dims)``."""
        shape = (self.classes, self.dims)
        return self.offset + self.spread * generator(self.seed, SHAPE).uniform(-1, 1, shape)
