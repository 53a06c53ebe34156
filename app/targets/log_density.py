"""A log density that a person types."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from app.core.spec import Coordinate
from app.objectives._tokens import MAX_LENGTH
from app.objectives.formula_parser import parse_formula
from app.objectives.surface import NAMES, SurfaceObjective
from app.objectives.surfaces.formula import ordered, readable
from app.targets._base import Density, Facts, TargetEntry
from app.targets._quadrature import quadrature

DEFAULT = "-(x^2 + y^2 - 4)^2 / 2 - (x - y)^2 / 4"


class LogDensity(TargetEntry):
    """ln p̃(x, y) as typed; the answer comes by quadrature over the window, where that holds the mass.

    On the wire the field is ``expression``, in Python ``text``, as for a typed surface.
    """

    model_config = ConfigDict(serialize_by_alias=True)

    kind: Literal["log_density"] = "log_density"
    title = "Your log density"
    summary = "Whatever you type as ln p(x, y), up to a constant. Where the window holds its mass, the answer is exact."
    reference = "MacKay 2003, Information Theory, Inference, and Learning Algorithms, section 29.1"
    formula = r"\ln \tilde p = f(x, y)"

    text: Annotated[str, BeforeValidator(readable)] = Field(
        default=DEFAULT,
        alias="expression",
        title="ln p̃(x, y)",
        description="In x and y, with + − * / ^, brackets, pi, e and functions such as exp, log, sqrt, abs, min",
        json_schema_extra={"format": "formula", "maxLength": MAX_LENGTH},
    )
    window: Annotated[tuple[Coordinate, Coordinate, Coordinate, Coordinate], AfterValidator(ordered)] = Field(
        default=(-5.0, 5.0, -5.0, 5.0), title="Window", description="x0, x1, y0, y1: where the mass is"
    )

    def build(self) -> Density:
        x0, x1, y0, y1 = self.window
        box = np.array([[x0, x1], [y0, y1]])
        energy = SurfaceObjective(-parse_formula(self.text))
        note = "the window does not hold the mass (a wider one changes ln Z), or the density is finite nowhere"
        return Density(energy, box, NAMES, Facts(reference=lambda: quadrature(energy, box), note=note))
