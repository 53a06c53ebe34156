"""A linear rise before any other schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from app.core.spec import Real, Whole, control
from app.core.unions import one_of
from app.schedules._base import Decay, Schedule
from app.schedules.constant import Constant

if TYPE_CHECKING:
    AnyDecay = Decay
else:
    AnyDecay = one_of("app.schedules", Decay)


class WarmUp(Schedule):
    """s(t) = s₀ + (1 − s₀)t/T for t < T, then the factor of ``after`` counted from T.

    Continuous at T, since every :class:`Decay` starts at 1. A warm-up is not a decay and cannot follow itself.

    Reference: Goyal et al. 2017, section 2.2 ("gradual warmup").
    """

    kind: Literal["warm_up"] = "warm_up"
    steps: Whole = control(
        20,
        "Warm-up",
        symbol="T",
        unit="steps",
        scale="log",
        slider=(1, 1000),
        ge=1,
        le=1_000_000,
        description="Number of steps until the full learning rate is reached.",
    )
    start: Real = control(
        0.1, "Start", symbol="s₀", ge=0, le=1, description="Fraction of the learning rate that the first step uses."
    )
    after: AnyDecay = control(
        Constant(), "Then", description="Schedule that follows, counted from the end of the rise."
    )

    title: ClassVar[str] = "Warm-up"
    summary: ClassVar[str] = "Rises linearly, then follows another schedule: gentle where the start is steep."
    reference: ClassVar[str] = "Goyal et al. 2017, Accurate, large minibatch SGD, section 2.2"
    formula: ClassVar[str] = (
        r"s(t) = \begin{cases} s_0 + (1 - s_0)\,t/T & t < T \\ s_{\text{after}}(t - T) & t \ge T \end{cases}"
    )

    def factor(self, t: int) -> float:
        """s₀ + (1 − s₀)t/T before T, the factor of ``after`` at t − T from then on."""
        if t >= self.steps:
            return self.after.factor(t - self.steps)
        return self.start + (1.0 - self.start) * t / self.steps
