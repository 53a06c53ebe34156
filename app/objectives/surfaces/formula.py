"""A formula that a person types."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from app.core.errors import SpecError
from app.core.spec import Coordinate
from app.objectives._tokens import MAX_LENGTH
from app.objectives.expression import Expression
from app.objectives.formula_parser import parse_formula
from app.objectives.surface import Surface, Window

DEFAULT = "(x^2 + y - 4)^2 / 10 + sin(3x) * cos(2y)"
_LADDER = (0.2, 0.8, 0.35, 0.65, 0.5, 0.05, 0.95)
_STARTS = np.array([(0.2, 0.75), *((a, b) for b in _LADDER for a in _LADDER)])
"""Where to look for a start, as fractions of the window."""


def readable(value: Any) -> Any:
    """Refuse a bad formula while the spec is parsed, keeping the place in the text that is to blame."""
    if isinstance(value, str):
        try:
            parse_formula(value)
        except SpecError as error:
            context = {"message": error.message, "position": error.position}
            raise PydanticCustomError("formula", "{message}", context) from error
    return value


def ordered(window: Window) -> Window:
    x0, x1, y0, y1 = window
    if not (x0 < x1 and y0 < y1):
        raise ValueError(f"window {window} must have x0 < x1 and y0 < y1; swap its ends")
    return window


class Formula(Surface):
    """f(x, y) as typed; see :mod:`app.objectives.formula_parser` for what is read.

    Its minima are not known: they are what a run goes looking for.

    On the wire the fields are ``expression`` and ``window``; in Python ``text`` and ``view``, because a surface has
    methods of those names.
    """

    model_config = ConfigDict(serialize_by_alias=True)

    kind: Literal["formula"] = "formula"
    title = "Your formula"
    summary = "Whatever you type in x and y, with exact derivatives: see what your own landscape does to a method."
    reference = "Griewank & Walther 2008, Evaluating Derivatives, ch. 13 (how its derivatives are computed)"
    formula: ClassVar[str] = r"f = f(x, y)"

    text: Annotated[str, BeforeValidator(readable)] = Field(
        default=DEFAULT,
        alias="expression",
        title="Formula",
        description="In x and y, with + − * / ^, brackets, pi, e and functions such as sin, exp, log, sqrt, abs, min",
        json_schema_extra={"format": "formula", "maxLength": MAX_LENGTH},
    )
    view: Annotated[tuple[Coordinate, Coordinate, Coordinate, Coordinate], AfterValidator(ordered)] | None = Field(
        default=None,
        alias="window",
        title="Window",
        description="The part of the plane to show: x0, x1, y0, y1",
    )

    def expression(self) -> Expression:
        return parse_formula(self.text)

    def window(self) -> Window:
        return self.view or (-5.0, 5.0, -5.0, 5.0)

    def start(self) -> tuple[float, float]:
        """The first of a few places in the window where the formula has a value and a slope."""
        x0, x1, y0, y1 = self.window()
        places = (x0, y0) + _STARTS * (x1 - x0, y1 - y0)
        value, gradient = self.build().value_and_gradient(places)
        slope = np.abs(gradient).max(axis=-1)
        good = np.isfinite(value) & np.isfinite(slope) & (slope > 0)
        x, y = places[np.argmax(good)]
        return float(x), float(y)
