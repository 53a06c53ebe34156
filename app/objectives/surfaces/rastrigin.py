"""Rastrigin's function."""

from __future__ import annotations

from typing import Literal

from app.core.spec import Real, control
from app.objectives.expression import PI, Expression, cos, variables
from app.objectives.surface import Minimum, Surface, Window


class Rastrigin(Surface):
    """f = 2A + x² − A cos 2πx + y² − A cos 2πy.

    Reference: Rastrigin 1974.
    """

    kind: Literal["rastrigin"] = "rastrigin"
    title = "Rastrigin"
    summary = "A bowl paved with dimples: gradients point into the nearest one, only noise or momentum leads further."
    reference = "Rastrigin 1974, Systems of Extremal Control (in Russian)"
    formula = r"f = 2 A + \sum_i \left(\theta_i^2 - A \cos 2 \pi \theta_i\right)"

    amplitude: Real = control(
        10.0,
        "Height of the ripples",
        symbol="A",
        slider=(0.0, 20.0),
        ge=0.0,
        le=1e3,
        description="Below 1/2π² the bowl is convex",
    )

    def expression(self) -> Expression:
        x, y = variables()
        a = self.amplitude
        return 2 * a + x**2 - a * cos(2 * PI * x) + y**2 - a * cos(2 * PI * y)

    def window(self) -> Window:
        return (-5.12, 5.12, -5.12, 5.12)

    def start(self) -> tuple[float, float]:
        return (-3.6, 2.7)

    def minima(self) -> tuple[Minimum, ...]:
        return (Minimum((0.0, 0.0), 0.0),)
