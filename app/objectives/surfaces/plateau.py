"""Plateau."""

from __future__ import annotations

from typing import Literal

from app.core.spec import Real, control
from app.objectives.expression import Expression, exp, variables
from app.objectives.surface import Minimum, Surface, Window


class Plateau(Surface):
    """f = 1 − exp(−(x² + y²)/2σ²).

    Far out the gradient vanishes like r exp(−r²/2σ²).

    Reference: Bengio, Simard & Frasconi 1994.
    """

    kind: Literal["plateau"] = "plateau"
    title = "Plateau"
    summary = "A well in a plain: the gradient fades to nothing far out, so steps that scale with it stand still."
    reference = (
        "Bengio, Simard & Frasconi 1994, Learning long-term dependencies with gradient descent is difficult "
        "(vanishing gradients)"
    )
    formula = r"f = 1 - e^{-\frac{x^2 + y^2}{2 \sigma^2}}"

    width: Real = control(
        1.0,
        "Width of the well",
        symbol="σ",
        slider=(0.5, 3.0),
        ge=0.1,
        le=100.0,
        description="Beyond about three widths nothing moves",
    )

    def expression(self) -> Expression:
        x, y = variables()
        return 1 - exp(-(x**2 + y**2) / (2 * self.width**2))

    def window(self) -> Window:
        return (-5.0, 5.0, -5.0, 5.0)

    def start(self) -> tuple[float, float]:
        return (2.4, 2.0)

    def minima(self) -> tuple[Minimum, ...]:
        return (Minimum((0.0, 0.0), 0.0),)
