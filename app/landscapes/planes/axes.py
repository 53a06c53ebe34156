"""The coordinates themselves."""

from __future__ import annotations

from typing import Literal

import numpy as np

from app.core.errors import SpecError
from app.core.interfaces import Array, Objective
from app.landscapes._plane import Directions, Plane


class AxesPlane(Plane):
    """x and y of an objective of two parameters (the whole of it, not a slice), or x of an objective of one."""

    kind: Literal["axes"] = "axes"
    title = "Axes"
    summary = "The two parameters themselves: nothing is left out."
    reference = "the objective's own coordinates"
    formula = r"\theta = (a, b)"

    def directions(self, objective: Objective, origin: Array, points: Array | None = None) -> Directions:
        if objective.dim > 2:
            raise SpecError(
                f"axes shows objectives of at most 2 parameters and this one has {objective.dim}; "
                'use "weights" for two of them, or "random" or "pca"',
                "/kind",
            )
        x, *y = np.eye(objective.dim)
        names = (*objective.parameter_names(2), "")[:2]
        return Directions(x, y[0] if y else None, (names[0], names[1]), origin=np.zeros(objective.dim))
