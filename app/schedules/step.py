"""Drops at regular intervals."""

from __future__ import annotations

from typing import ClassVar, Literal

from app.core.spec import Real, Whole, control
from app.schedules._base import Decay


class Step(Decay):
    """s(t) = γ^⌊t/k⌋: the learning rate is multiplied by γ after every k steps.

    Reference: Goyal et al. 2017, section 5.1 (divided by 10 at set epochs; here at equal distances).
    """

    kind: Literal["step"] = "step"
    every: Whole = control(
        100,
        "Drop every",
        symbol="k",
        unit="steps",
        scale="log",
        slider=(1, 10_000),
        ge=1,
        le=1_000_000,
        description="Number of steps between two drops.",
    )
    drop: Real = control(
        0.5, "Drop to", symbol="γ", gt=0, le=1, description="Factor on the learning rate at each drop; 0.1 is usual."
    )

    title: ClassVar[str] = "Step"
    summary: ClassVar[str] = "Holds the learning rate, then drops it by a factor: watch the loss fall at each drop."
    reference: ClassVar[str] = "Goyal et al. 2017, Accurate, large minibatch SGD, section 5.1"
    formula: ClassVar[str] = r"s(t) = \gamma^{\lfloor t / k \rfloor}"

    def factor(self, t: int) -> float:
        """s(t) = γ^⌊t/k⌋."""
        return float(self.drop ** (t // self.every))
