"""Six-hump camel."""

from __future__ import annotations

from typing import Literal

from app.objectives.expression import Expression, variables
from app.objectives.surface import Minimum, Surface, Window


class SixHumpCamel(Surface):
    """f = (4 − 2.1x² + x⁴/3)x² + xy + (4y² − 4)y².

    Reference: Dixon & Szegő 1978.
    """

    kind: Literal["six_hump_camel"] = "six_hump_camel"
    title = "Six-hump camel"
    summary = "Six minima, two of them deepest, and saddles between: watch which pass each path takes."
    reference = "Dixon & Szegő 1978, Towards Global Optimisation 2, The global optimisation problem: an introduction"
    formula = r"f = \left(4 - 2.1 x^2 + \tfrac13 x^4\right) x^2 + x y + \left(4 y^2 - 4\right) y^2"

    def expression(self) -> Expression:
        x, y = variables()
        return (4 - 2.1 * x**2 + x**4 / 3) * x**2 + x * y + (4 * y**2 - 4) * y**2

    def window(self) -> Window:
        return (-2.2, 2.2, -1.2, 1.2)

    def start(self) -> tuple[float, float]:
        return (-1.9, -1.0)

    def minima(self) -> tuple[Minimum, ...]:
        return (
            Minimum((0.08984201310031806, -0.7126564030207396), -1.0316284534898774),
            Minimum((-0.08984201310031806, 0.7126564030207396), -1.0316284534898774),
            Minimum((-1.703606714969981, 0.7960835686726251), -0.21546382438371764),
            Minimum((1.703606714969981, -0.7960835686726251), -0.21546382438371764),
            Minimum((-1.6071047529201972, -0.5686514548841314), 2.1042503103112584),
            Minimum((1.6071047529201972, 0.5686514548841314), 2.1042503103112584),
        )
