"""Saddle."""

from __future__ import annotations

from typing import Literal

from app.core.spec import Real, control
from app.objectives.expression import Expression, variables
from app.objectives.surface import Surface, Window


class Saddle(Surface):
    """f = ½(x² − cy²).

    Reference: Dauphin et al. 2014, §2.
    """

    kind: Literal["saddle"] = "saddle"
    title = "Saddle"
    summary = "The gradient vanishes where nothing is won: watch how long each method lingers before it slides off."
    reference = (
        "Dauphin et al. 2014, Identifying and attacking the saddle point problem "
        "in high-dimensional non-convex optimization, §2"
    )
    formula = r"f = \tfrac12\left(x^2 - c\,y^2\right)"

    descent: Real = control(
        1.0,
        "Curvature downhill",
        symbol="c",
        scale="log",
        slider=(0.01, 10.0),
        gt=0.0,
        le=1e3,
        description="The smaller it is, the longer the escape takes",
    )

    def expression(self) -> Expression:
        x, y = variables()
        return (x**2 - self.descent * y**2) / 2

    def window(self) -> Window:
        return (-2.0, 2.0, -2.0, 2.0)

    def start(self) -> tuple[float, float]:
        return (-1.5, 0.01)
