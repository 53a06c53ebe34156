"""Beale's function."""

from __future__ import annotations

from typing import ClassVar, Literal

from app.objectives.expression import Expression, variables
from app.objectives.surface import Minimum, Surface, Window


class Beale(Surface):
    """f = (1.5 − x + xy)² + (2.25 − x + xy²)² + (2.625 − x + xy³)².

    Reference: Beale 1958.
    """

    kind: Literal["beale"] = "beale"
    title = "Beale"
    summary = "Sharp corners and a long flat valley: a step that is safe in the corners is tiny in the valley."
    reference = "Beale 1958, On an iterative method for finding a local minimum of a function of more than one variable"
    formula = r"f = (1.5 - x + x y)^2 + (2.25 - x + x y^2)^2 + (2.625 - x + x y^3)^2"
    log_height: ClassVar[bool] = True

    def expression(self) -> Expression:
        x, y = variables()
        return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2

    def window(self) -> Window:
        return (-4.5, 4.5, -4.5, 4.5)

    def start(self) -> tuple[float, float]:
        return (1.0, 1.5)

    def minima(self) -> tuple[Minimum, ...]:
        return (Minimum((3.0, 0.5), 0.0),)
