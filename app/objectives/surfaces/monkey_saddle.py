"""Monkey saddle."""

from __future__ import annotations

from typing import Literal

from app.objectives.expression import Expression, variables
from app.objectives.surface import Surface, Window


class MonkeySaddle(Surface):
    """f = x³ − 3xy².

    Reference: Hilbert & Cohn-Vossen 1932, §29.
    """

    kind: Literal["monkey_saddle"] = "monkey_saddle"
    title = "Monkey saddle"
    summary = (
        "Three ways down and a Hessian that vanishes at the centre: there even Newton's method has nothing to go by."
    )
    reference = "Hilbert & Cohn-Vossen 1932, Geometry and the Imagination, §29"
    formula = r"f = x^3 - 3 x y^2"

    def expression(self) -> Expression:
        x, y = variables()
        return x**3 - 3 * x * y**2

    def window(self) -> Window:
        return (-1.5, 1.5, -1.5, 1.5)

    def start(self) -> tuple[float, float]:
        return (1.2, 0.1)
