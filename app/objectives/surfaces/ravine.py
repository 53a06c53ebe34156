"""Winding ravine."""

from __future__ import annotations

from typing import Literal

from app.core.spec import Real, control
from app.objectives.expression import Expression, sin, variables
from app.objectives.surface import Minimum, Surface, Window


class Ravine(Surface):
    """f = ½sx² + ½w(y − sin x)².

    The floor y = sin x falls towards the origin with slope s, the walls rise with curvature w.

    Reference: Sutton 1986, on ravines.
    """

    kind: Literal["ravine"] = "ravine"
    title = "Winding ravine"
    summary = (
        "Steep walls around a gently falling, winding floor: "
        "plain descent bounces between the walls, momentum learns the floor."
    )
    reference = (
        "Sutton 1986, Two problems with backpropagation and other steepest-descent learning procedures "
        "for networks (ravines)"
    )
    formula = r"f = \tfrac12 s\,x^2 + \tfrac12 w\,(y - \sin x)^2"

    slope: Real = control(
        0.2,
        "Curvature along the floor",
        symbol="s",
        scale="log",
        slider=(0.001, 1.0),
        gt=0.0,
        le=1e3,
        description="How gently the floor falls towards the minimum",
    )
    walls: Real = control(
        50.0,
        "Curvature of the walls",
        symbol="w",
        scale="log",
        slider=(1.0, 1000.0),
        gt=0.0,
        le=1e6,
        description="How steep the ravine is across",
    )

    def expression(self) -> Expression:
        x, y = variables()
        return (self.slope * x**2 + self.walls * (y - sin(x)) ** 2) / 2

    def window(self) -> Window:
        return (-5.0, 5.0, -2.5, 2.5)

    def start(self) -> tuple[float, float]:
        return (-4.5, 1.5)

    def minima(self) -> tuple[Minimum, ...]:
        return (Minimum((0.0, 0.0), 0.0),)
