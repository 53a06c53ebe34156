"""Ackley's function."""

from __future__ import annotations

from typing import Literal

from app.core.spec import Real, control
from app.objectives.expression import PI, E, Expression, cos, exp, sqrt, variables
from app.objectives.surface import Minimum, Surface, Window


class Ackley(Surface):
    """f = a − a exp(−b√(½(x² + y²))) + e − exp(½(cos 2πx + cos 2πy)).

    The minimum at the origin is a cone's tip: f = 0 there, but the gradient has no limit and is NaN at exactly (0, 0).

    Reference: Ackley 1987, §2.2.
    """

    kind: Literal["ackley"] = "ackley"
    title = "Ackley"
    summary = "A nearly flat, rippled plain around one deep funnel: the gradient says little until you are close."
    reference = "Ackley 1987, A Connectionist Machine for Genetic Hillclimbing"
    formula = r"f = a - a\,e^{-b \sqrt{\frac12 (x^2 + y^2)}} + e - e^{\frac12 (\cos 2 \pi x + \cos 2 \pi y)}"

    depth: Real = control(
        20.0, "Depth of the funnel", symbol="a", slider=(1.0, 40.0), gt=0.0, le=1e3, description="Height of the plain"
    )
    decay: Real = control(
        0.2,
        "Narrowness of the funnel",
        symbol="b",
        scale="log",
        slider=(0.02, 2.0),
        gt=0.0,
        le=100.0,
        description="How fast the funnel flattens out with distance",
    )

    def expression(self) -> Expression:
        x, y = variables()
        funnel = self.depth * exp(-self.decay * sqrt((x**2 + y**2) / 2))
        ripples = exp((cos(2 * PI * x) + cos(2 * PI * y)) / 2)
        return self.depth - funnel + E - ripples

    def window(self) -> Window:
        return (-5.0, 5.0, -5.0, 5.0)

    def start(self) -> tuple[float, float]:
        return (3.6, -2.7)

    def minima(self) -> tuple[Minimum, ...]:
        return (Minimum((0.0, 0.0), 0.0),)
