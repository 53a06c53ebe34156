"""Decay like 1/t, or a power of it."""

from __future__ import annotations

from typing import ClassVar, Literal

from app.core.spec import Real, control
from app.schedules._base import Decay


class InverseTime(Decay):
    """s(t) = (1 + γt)^(−p); γ = 1, p = 1 gives 1, 1/2, 1/3, … and γ = 1, p = ½ gives 1/√(t + 1).

    Reference: Robbins & Monro 1951, section 2: steps of type 1/n, whose sum diverges while the sum of their
    squares converges (here for ½ < p ≤ 1), take a noisy iteration to the minimum itself. The form with γ and p
    is "power scheduling" of Senior et al. 2013, section 2.
    """

    kind: Literal["inverse_time"] = "inverse_time"
    rate: Real = control(
        0.01,
        "Decay rate",
        symbol="γ",
        scale="log",
        slider=(1e-4, 1.0),
        ge=0,
        le=1e6,
        description="One over the number of steps after which the decay sets in.",
    )
    power: Real = control(
        1.0,
        "Power",
        symbol="p",
        slider=(0.25, 1.0),
        gt=0,
        le=4,
        description="1 for 1/t, 0.5 for one over the root of t.",
    )

    title: ClassVar[str] = "1/t"
    summary: ClassVar[str] = (
        "Decays like 1/t: slow enough to arrive from anywhere, fast enough to average the noise out."
    )
    reference: ClassVar[str] = "Robbins & Monro 1951, A stochastic approximation method, section 2"
    formula: ClassVar[str] = r"s(t) = (1 + \gamma t)^{-p}"

    def factor(self, t: int) -> float:
        """s(t) = (1 + γt)^(−p)."""
        return float((1.0 + self.rate * t) ** -self.power)
