"""No schedule."""

from __future__ import annotations

from typing import ClassVar, Literal

from app.schedules._base import Decay


class Constant(Decay):
    """s(t) = 1.

    Reference: Bottou, Curtis & Nocedal 2018, Theorem 4.6: with a fixed step size, noisy gradients reach a
    neighbourhood of the minimum and stay in it.
    """

    kind: Literal["constant"] = "constant"

    title: ClassVar[str] = "Constant"
    summary: ClassVar[str] = "The learning rate never changes. With noisy gradients the loss settles at a floor."
    reference: ClassVar[str] = (
        "Bottou, Curtis & Nocedal 2018, Optimization methods for large-scale machine learning, Theorem 4.6"
    )
    formula: ClassVar[str] = r"s(t) = 1"
    constant: ClassVar[bool] = True

    def factor(self, t: int) -> float:
        """s(t) = 1."""
        return 1.0
