"""Geometric decay."""

from __future__ import annotations

from typing import ClassVar, Literal

from app.core.spec import Real, control
from app.schedules._base import Decay


class Exponential(Decay):
    """s(t) = γᵗ.

    Reference: Senior, Heigold, Ranzato & Yang 2013, section 2 ("exponential scheduling", 10^(−t/r) with
    γ = 10^(−1/r)). The step sizes sum to at most η/(1 − γ): a run can stop short of the minimum.
    """

    kind: Literal["exponential"] = "exponential"
    rate: Real = control(
        0.99,
        "Decay per step",
        symbol="γ",
        slider=(0.9, 1.0),
        gt=0,
        le=1,
        description="Factor on the learning rate at every step.",
    )

    title: ClassVar[str] = "Exponential"
    summary: ClassVar[str] = "Shrinks by the same factor every step; too fast, and the run freezes before it arrives."
    reference: ClassVar[str] = (
        "Senior, Heigold, Ranzato & Yang 2013, An empirical study of learning rates in deep neural networks for "
        "speech recognition, section 2, exponential scheduling"
    )
    formula: ClassVar[str] = r"s(t) = \gamma^{t}"

    def factor(self, t: int) -> float:
        """s(t) = γᵗ."""
        return float(self.rate**t)
