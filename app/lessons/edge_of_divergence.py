"""A learning rate one per cent either side of 2/L."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar, Literal

from app.experiments.specs import RunSpec
from app.lessons._base import Claim, Lesson, agrees
from app.lessons._measure import contraction, outcome

SMOOTHNESS = 100.0
STARTS = ((1.0, 0.01), (-2.0, 0.02), (0.5, -0.015))


class EdgeOfDivergence(Lesson):
    """The sharpest boundary in optimisation: below 2/L converges, above diverges."""

    kind: Literal["edge_of_divergence"] = "edge_of_divergence"
    title: ClassVar[str] = "One per cent either side of 2/L"
    summary: ClassVar[str] = "Gradient descent converges just below the learning rate 2/L and diverges just above it."
    reference: ClassVar[str] = "Y. Nesterov, Introductory Lectures on Convex Optimization, 2004, §1.2.3"
    formula: ClassVar[str] = r"y_{t+1} = (1-\eta L)\,y_t,\qquad |1-\eta L|<1 \iff \eta<\frac{2}{L}"
    text: ClassVar[tuple[str, ...]] = (
        "Across the steep direction of the bowl one step of gradient descent multiplies the error "
        "by 1 − ηL. At η = 2/L "
        "that factor is −1: the point jumps from wall to wall for ever.",
        "One per cent below, the factor is −0.98 and the jumps die out. One per cent above, it is "
        "−1.02 and every jump is "
        "wider than the last. Two learning rates that differ in the second digit, two different worlds.",
        "The quantity that decides is ηλmax, learning rate times sharpness. When a run on this "
        "page diverges, that is the "
        "first number to look at.",
    )

    def run(self) -> RunSpec:
        return _spec((0.99, 1.01), STARTS[0], 200)

    def checks(self) -> tuple[Callable[[], Claim], ...]:
        return (
            partial(_factor, 0.99, "1 % below 2/L: error factor a step (converges)"),
            partial(_factor, 1.01, "1 % above 2/L: error factor a step (diverges)"),
            _ends_in_divergence,
        )


def _spec(multiples: tuple[float, ...], start: tuple[float, float], steps: int) -> RunSpec:
    rates = [multiple * 2 / SMOOTHNESS for multiple in multiples]
    return RunSpec.model_validate(
        {
            "objective": {"kind": "quadratic", "condition": SMOOTHNESS},
            "optimisers": [{"kind": "gradient_descent", "learning_rate": rate} for rate in rates],
            "start": {"point": start},
            "steps": steps,
        }
    )


def _factor(multiple: float, title: str) -> Claim:
    runs = [outcome(_spec((multiple,), start, 200))[0] for start in STARTS]
    across = [run["position"] * [0.0, 1.0] for run in runs]
    return agrees(title, abs(1 - 2 * multiple), [contraction(y, 50, 200) for y in across], 1e-6)


def _ends_in_divergence() -> Claim:
    runs = [outcome(_spec((1.01,), start, 3000))[0] for start in STARTS]
    return agrees(
        "1 % above 2/L: runs that end as diverged", 1.0, [float(run["diverged"] is not None) for run in runs], 0.0
    )
