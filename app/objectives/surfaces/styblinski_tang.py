"""Styblinski and Tang's function."""

from __future__ import annotations

from typing import Literal

from app.objectives.expression import Expression, variables
from app.objectives.surface import Minimum, Surface, Window


class StyblinskiTang(Surface):
    """f = ½ Σ (θᵢ⁴ − 16θᵢ² + 5θᵢ).

    Reference: Styblinski & Tang 1990.
    """

    kind: Literal["styblinski_tang"] = "styblinski_tang"
    title = "Styblinski–Tang"
    summary = "Four bowls of different depth around a hill: most starts end in one that is not the deepest."
    reference = (
        "Styblinski & Tang 1990, Experiments in nonconvex optimization: "
        "stochastic approximation with function smoothing"
    )
    formula = r"f = \tfrac12 \sum_i \left(\theta_i^4 - 16 \theta_i^2 + 5 \theta_i\right)"

    def expression(self) -> Expression:
        x, y = variables()
        return (x**4 - 16 * x**2 + 5 * x + y**4 - 16 * y**2 + 5 * y) / 2

    def window(self) -> Window:
        return (-5.0, 5.0, -5.0, 5.0)

    def start(self) -> tuple[float, float]:
        return (0.5, -0.4)

    def minima(self) -> tuple[Minimum, ...]:
        return (
            Minimum((-2.903534027771177, -2.903534027771177), -78.33233140754282),
            Minimum((2.746802770990837, -2.903534027771177), -64.19561235905536),
            Minimum((-2.903534027771177, 2.746802770990837), -64.19561235905536),
            Minimum((2.746802770990837, 2.746802770990837), -50.05889331056788),
        )
