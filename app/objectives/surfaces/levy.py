"""Lévy's function."""

from __future__ import annotations

from typing import Literal

from app.objectives.expression import PI, Expression, sin, variables
from app.objectives.surface import Minimum, Surface, Window


class Levy(Surface):
    """f = sin²(πu) + (u − 1)²(1 + 10 sin²(πu + 1)) + (v − 1)²(1 + sin²(2πv)), u = 1 + (x − 1)/4, v = 1 + (y − 1)/4.

    Reference: Laguna & Martí 2005.
    """

    kind: Literal["levy"] = "levy"
    title = "Lévy"
    summary = "Ripples across a wide bowl: small steps stop in the first trough, momentum rolls through."
    reference = (
        "Laguna & Martí 2005, Experimental testing of advanced scatter search designs "
        "for global optimization of multimodal functions"
    )
    formula = (
        r"\begin{aligned} f &= \sin^2(\pi u) + (u - 1)^2\left(1 + 10 \sin^2(\pi u + 1)\right) "
        r"+ (v - 1)^2\left(1 + \sin^2(2 \pi v)\right) \\ "
        r"u &= 1 + \tfrac14 (x - 1), \quad v = 1 + \tfrac14 (y - 1) \end{aligned}"
    )

    def expression(self) -> Expression:
        x, y = variables()
        u, v = (x + 3) / 4, (y + 3) / 4
        return (
            sin(PI * u) ** 2
            + (u - 1) ** 2 * (1 + 10 * sin(PI * u + 1) ** 2)
            + (v - 1) ** 2 * (1 + sin(2 * PI * v) ** 2)
        )

    def window(self) -> Window:
        return (-10.0, 10.0, -10.0, 10.0)

    def start(self) -> tuple[float, float]:
        return (-7.0, 6.0)

    def minima(self) -> tuple[Minimum, ...]:
        return (Minimum((1.0, 1.0), 0.0),)
