"""The cubic with a gap beyond its ends."""

from __future__ import annotations

from typing import ClassVar, Literal

from app.core.interfaces import Array
from app.core.spec import Real, Whole, control
from app.datasets._base import MAX_EXAMPLES
from app.datasets._synthetic import Curve


class Cubic(Curve):
    """y = x³ on [−4, 4] with noise of standard deviation 3."""

    kind: Literal["cubic"] = "cubic"
    title = "Cubic"
    summary = "Few noisy points of x³: what a model should be unsure of lies outside [−4, 4]. Targets reach ±64."
    reference = "Hernández-Lobato & Adams 2015, Probabilistic backpropagation, ICML, section 5.1"
    formula = r"y = x^3 + \sigma\varepsilon, \quad x \in [-4, 4]"
    interval: ClassVar[tuple[float, float]] = (-4.0, 4.0)

    n: Whole = control(20, "Examples", symbol="n", ge=2, le=MAX_EXAMPLES, scale="log")
    noise: Real = control(3.0, "Noise", symbol="σ", ge=0, le=10, description="standard deviation")
    spacing: Literal["even", "chebyshev", "random"] = control(
        "random", "Spacing", description="training inputs; held-out inputs are always drawn uniformly"
    )

    def f(self, x: Array) -> Array:
        return x**3
