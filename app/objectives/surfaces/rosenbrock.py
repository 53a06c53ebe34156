"""Rosenbrock's valley."""

from __future__ import annotations

from typing import ClassVar, Literal

from app.core.spec import Real, control
from app.objectives.expression import Expression, variables
from app.objectives.surface import Minimum, Surface, Window


class Rosenbrock(Surface):
    """f = (a − x)² + b(y − x²)².

    Reference: Rosenbrock 1960.
    """

    kind: Literal["rosenbrock"] = "rosenbrock"
    title = "Rosenbrock"
    summary = "A curved valley that is easy to find and hard to follow: watch how slowly plain descent creeps along it."
    reference = "Rosenbrock 1960, An automatic method for finding the greatest or least value of a function, §3"
    formula = r"f = (a - x)^2 + b\,(y - x^2)^2"
    log_height: ClassVar[bool] = True

    a: Real = control(1.0, "Minimum along x", symbol="a", ge=-3.0, le=3.0, description="The minimum lies at (a, a²)")
    b: Real = control(
        100.0,
        "Steepness of the walls",
        symbol="b",
        scale="log",
        slider=(1.0, 1000.0),
        gt=0.0,
        le=1e6,
        description="How much steeper the valley is across than along",
    )

    def expression(self) -> Expression:
        x, y = variables()
        return (self.a - x) ** 2 + self.b * (y - x**2) ** 2

    def window(self) -> Window:
        reach = max(2.0, 1.5 * abs(self.a))
        return (-reach, reach, -1.0, max(3.0, 1.5 * self.a**2))

    def start(self) -> tuple[float, float]:
        return (-1.2, 1.0)

    def minima(self) -> tuple[Minimum, ...]:
        return (Minimum((self.a, self.a**2), 0.0),)
