"""Quadratic bowl."""

from __future__ import annotations

import math
from typing import Literal

from app.core.spec import Real, control
from app.objectives.algebra import simplify
from app.objectives.expression import Expression, variables
from app.objectives.surface import Minimum, Surface, Window


class Quadratic(Surface):
    """f = ½(μu² + Lv²), where (u, v) is (x, y) turned back by ``rotation``.

    The Hessian has the eigenvalues μ = 1 (along u) and L = κ (along v) everywhere.

    Reference: Nesterov 2004, §2.1.
    """

    kind: Literal["quadratic"] = "quadratic"
    title = "Quadratic bowl"
    summary = "The valley every method is analysed on: zig-zags across the steep direction, crawls along the flat one."
    reference = "Nesterov 2004, Introductory Lectures on Convex Optimization, §2.1"
    formula = r"f = \tfrac12\left(\mu u^2 + L v^2\right), \quad \mu = 1,\ L = \kappa"

    condition: Real = control(
        25.0,
        "Condition number",
        symbol="κ",
        scale="log",
        slider=(1.0, 1000.0),
        ge=1.0,
        le=1e6,
        description="L/μ: how much steeper the bowl is across than along",
    )
    rotation: Real = control(
        0.0,
        "Rotation",
        unit="°",
        ge=-180.0,
        le=180.0,
        description="Turns the bowl counter-clockwise, off the axes that coordinate-wise methods favour",
    )

    def expression(self) -> Expression:
        u, v = self._axes()
        return (u**2 + self.condition * v**2) / 2

    def _axes(self) -> tuple[Expression, Expression]:
        x, y = variables()
        if self.rotation == 0:
            return x, y
        angle = math.radians(self.rotation)
        cos, sin = round(math.cos(angle), 15), round(math.sin(angle), 15)  # quarter turns are exact
        return simplify(cos * x + sin * y), simplify(cos * y - sin * x)

    def window(self) -> Window:
        return (-2.0, 2.0, -2.0, 2.0)

    def start(self) -> tuple[float, float]:
        return (-1.8, 1.0)

    def minima(self) -> tuple[Minimum, ...]:
        return (Minimum((0.0, 0.0), 0.0),)
