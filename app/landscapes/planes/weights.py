"""Two chosen parameters."""

from __future__ import annotations

from typing import Literal

import numpy as np

from app.core.errors import SpecError
from app.core.interfaces import Array, Objective
from app.core.spec import Whole, control
from app.landscapes._plane import Directions, Plane, spanning


class WeightsPlane(Plane):
    """Two parameters vary and all others stay as at the origin.

    Coordinates are the values of the two parameters, not displacements: the plane's (0, 0) is where both are zero.
    The default window reaches from the parameter's value at the origin at least 2, and at least as far as zero and
    as far again, to either side.
    """

    kind: Literal["weights"] = "weights"
    title = "Two weights"
    summary = (
        "The loss over two chosen parameters, the others held at the origin: the axes read the weights' own values."
    )
    reference = "Rumelhart, Hinton & Williams 1986, in Parallel Distributed Processing vol. 1, ch. 8 (weight space)"
    formula = r"\theta_i = a, \quad \theta_j = b, \quad \theta_k = \theta^0_k \text{ else}"

    x: Whole = control(0, "First weight", symbol="i", ge=0, description="index into the flat parameter vector")
    y: Whole = control(1, "Second weight", symbol="j", ge=0, description="another index")

    def directions(self, objective: Objective, origin: Array, points: Array | None = None) -> Directions:
        chosen = [self._index(objective.dim, self.x, "/x"), self._index(objective.dim, self.y, "/y")]
        rows = np.eye(1, objective.dim, chosen[0])[0], np.eye(1, objective.dim, chosen[1])[0]
        names = objective.parameter_names(max(chosen) + 1)
        at_zero = origin.copy()
        at_zero[chosen] = 0
        half = np.maximum(2, 2 * np.abs(origin[chosen]))
        (x0, y0), (x1, y1) = origin[chosen] - half, origin[chosen] + half
        plane = Directions(
            *rows,
            labels=(names[self.x], names[self.y]),
            origin=at_zero,
            reference=origin,
            window=(float(x0), float(x1), float(y0), float(y1)),
        )
        return spanning(plane, ("/x", "/y"), "choose two different weights")

    @staticmethod
    def _index(dim: int, index: int, pointer: str) -> int:
        if index >= dim:
            raise SpecError(f"weight {index} must be at most {dim - 1}: the objective has {dim} parameters", pointer)
        return index
