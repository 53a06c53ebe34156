"""Directions that people bring along."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import ConfigDict, Field

from app.core.errors import SpecError
from app.core.interfaces import Array, Objective
from app.landscapes._plane import Directions, Plane, spanning

MAX_LENGTH = 200_000
Vector = Annotated[
    tuple[Annotated[float, Field(strict=True, ge=-1e100, le=1e100)], ...],
    Field(fail_fast=True, min_length=1, max_length=MAX_LENGTH),
]


class DirectionsPlane(Plane):
    """Explicit directions, taken as they are: neither normalised nor made orthogonal; without ``y``, a line."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"kind": "directions", "x": [1, 0], "y": [1, 1]}]})

    kind: Literal["directions"] = "directions"
    title = "Own directions"
    summary = "Two directions of your own (or one, for a line), used as they are."
    reference = (
        "Goodfellow, Vinyals & Saxe 2015, Qualitatively characterizing neural network optimization problems, ICLR"
    )
    formula = r"\theta = \theta^0 + a\,\delta + b\,\eta"

    x: Vector = Field(title="First direction", description="one number per parameter")
    y: Vector | None = Field(None, title="Second direction", description="likewise; left out, the plane is a line")

    def directions(self, objective: Objective, origin: Array, points: Array | None = None) -> Directions:
        x = _vector(self.x, objective.dim, "/x")
        y = None if self.y is None else _vector(self.y, objective.dim, "/y")
        remedy = "send directions other than zero and not multiples of each other, or leave y out for a line"
        return spanning(Directions(x, y, ("x", "y")), ("/x", "/y"), remedy)


def _vector(numbers: tuple[float, ...], dim: int, pointer: str) -> Array:
    if len(numbers) != dim:
        raise SpecError(
            f"{len(numbers)} numbers were given but the objective has {dim} parameters; send {dim}", pointer
        )
    return np.array(numbers, dtype=np.float64)
