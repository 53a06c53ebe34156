"""Goldstein and Price's function."""

from __future__ import annotations

from typing import ClassVar, Literal

from app.objectives.expression import Expression, variables
from app.objectives.surface import Minimum, Surface, Window


class GoldsteinPrice(Surface):
    """f = (1 + (x + y + 1)² p)(30 + (2x − 3y)² q) with quadratics p and q.

    Reference: Goldstein & Price 1971.
    """

    kind: Literal["goldstein_price"] = "goldstein_price"
    title = "Goldstein–Price"
    summary = (
        "Four minima in a landscape that spans six orders of magnitude: "
        "a fixed step is far too big here and too small there."
    )
    reference = "Goldstein & Price 1971, On descent from local minima"
    formula = (
        r"\begin{aligned} f &= \left(1 + (x + y + 1)^2\, p\right)\left(30 + (2x - 3y)^2\, q\right) \\ "
        r"p &= 19 - 14x + 3x^2 - 14y + 6xy + 3y^2 \\ "
        r"q &= 18 - 32x + 12x^2 + 48y - 36xy + 27y^2 \end{aligned}"
    )
    log_height: ClassVar[bool] = True

    def expression(self) -> Expression:
        x, y = variables()
        p = 19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2
        q = 18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2
        return (1 + (x + y + 1) ** 2 * p) * (30 + (2 * x - 3 * y) ** 2 * q)

    def window(self) -> Window:
        return (-2.0, 2.0, -3.0, 1.0)

    def start(self) -> tuple[float, float]:
        return (0.2, 0.6)

    def minima(self) -> tuple[Minimum, ...]:
        return (
            Minimum((0.0, -1.0), 3.0),
            Minimum((-0.6, -0.4), 30.0),
            Minimum((1.8, 0.2), 84.0),
            Minimum((1.2, 0.8), 840.0),
        )
