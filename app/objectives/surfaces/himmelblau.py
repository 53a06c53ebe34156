"""Himmelblau's function."""

from __future__ import annotations

from typing import ClassVar, Literal

from app.objectives.expression import Expression, variables
from app.objectives.surface import Minimum, Surface, Window


class Himmelblau(Surface):
    """f = (x² + y − 11)² + (x + y² − 7)².

    Reference: Himmelblau 1972.
    """

    kind: Literal["himmelblau"] = "himmelblau"
    title = "Himmelblau"
    summary = "Four equally good minima around one hill: the start decides, and neighbouring starts part company."
    reference = "Himmelblau 1972, Applied Nonlinear Programming, problem 29"
    formula = r"f = (x^2 + y - 11)^2 + (x + y^2 - 7)^2"
    log_height: ClassVar[bool] = True

    def expression(self) -> Expression:
        x, y = variables()
        return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2

    def window(self) -> Window:
        return (-5.0, 5.0, -5.0, 5.0)

    def start(self) -> tuple[float, float]:
        return (-0.5, 0.5)

    def minima(self) -> tuple[Minimum, ...]:
        return (
            Minimum((3.0, 2.0), 0.0),
            Minimum((-2.805118086952745, 3.131312518250573), 0.0),
            Minimum((-3.779310253377747, -3.2831859912861696), 0.0),
            Minimum((3.5844283403304917, -1.8481265269644036), 0.0),
        )
