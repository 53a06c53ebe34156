"""Booth's function."""

from __future__ import annotations

from typing import Literal

from app.objectives.expression import Expression, variables
from app.objectives.surface import Minimum, Surface, Window


class Booth(Surface):
    """f = (x + 2y − 7)² + (2x + y − 5)².

    Reference: Jamil & Yang 2013, function 17.
    """

    kind: Literal["booth"] = "booth"
    title = "Booth"
    summary = "A tilted quadratic with condition number 9: the gentlest zig-zag, a first test for any method."
    reference = (
        "Jamil & Yang 2013, A literature survey of benchmark functions for global optimisation problems, function 17"
    )
    formula = r"f = (x + 2 y - 7)^2 + (2 x + y - 5)^2"

    def expression(self) -> Expression:
        x, y = variables()
        return (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2

    def window(self) -> Window:
        return (-10.0, 10.0, -10.0, 10.0)

    def start(self) -> tuple[float, float]:
        return (-8.0, 2.0)

    def minima(self) -> tuple[Minimum, ...]:
        return (Minimum((1.0, 3.0), 0.0),)
