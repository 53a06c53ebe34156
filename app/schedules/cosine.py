"""Half a cosine."""

from __future__ import annotations

from math import cos, pi
from typing import ClassVar, Literal

from app.core.spec import Real, Whole, control
from app.schedules._base import Decay


class Cosine(Decay):
    """s(t) = f + ½(1 − f)(1 + cos(πt/T)) for t ≤ T, then s(t) = f.

    Reference: Loshchilov & Hutter 2017 (SGDR), equation (5), without restarts; f = η_min/η_max.
    """

    kind: Literal["cosine"] = "cosine"
    steps: Whole = control(
        200,
        "Length",
        symbol="T",
        unit="steps",
        scale="log",
        slider=(10, 10_000),
        ge=1,
        le=1_000_000,
        description="Step at which the floor is reached: best the length of the run.",
    )
    floor: Real = control(
        0.0, "Floor", symbol="f", ge=0, le=1, description="What is left at the end, as a fraction of the learning rate."
    )

    title: ClassVar[str] = "Cosine"
    summary: ClassVar[str] = "Starts flat, falls fastest half-way and lands gently on its floor."
    reference: ClassVar[str] = (
        "Loshchilov & Hutter 2017, SGDR: stochastic gradient descent with warm restarts, equation (5)"
    )
    formula: ClassVar[str] = r"s(t) = f + \tfrac{1}{2}(1 - f)\left(1 + \cos\frac{\pi \min(t, T)}{T}\right)"

    def factor(self, t: int) -> float:
        """s(t) = f + ½(1 − f)(1 + cos(π·min(t, T)/T))."""
        return self.floor + 0.5 * (1.0 - self.floor) * (1.0 + cos(pi * min(t, self.steps) / self.steps))
