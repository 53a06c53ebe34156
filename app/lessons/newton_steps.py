"""One step on a quadratic; elsewhere the error is squared each step, once it is small."""

from __future__ import annotations

from collections.abc import Callable
from math import hypot, log
from typing import Any, ClassVar, Literal

from app.experiments.specs import RunSpec
from app.lessons._base import Check, Claim, Lesson, agrees, at_least, at_most
from app.lessons._measure import outcome

NEWTON = {"kind": "newton", "learning_rate": 1.0, "damping": 0.0}
QUADRATIC = {"kind": "quadratic", "condition": 100.0}
ROSENBROCK = {"kind": "rosenbrock"}
LOGARITHM = {"kind": "formula", "expression": "x - log(x) + y - log(y)", "window": [0.1, 2, 0.1, 2]}
"""Newton's step on x − ln x from x = 1 − e leads to 1 − e², exactly."""
STARTS = ((3.0, -2.0), (-1.0, 1.0), (0.5, 4.0))
NEAR = ((0.5, 1.5), (0.4, 1.3), (1.7, 0.8))


class NewtonSteps(Lesson):
    """H⁻¹ turns the slope into the way to the bottom, where the landscape is quadratic."""

    kind: Literal["newton_steps"] = "newton_steps"
    title: ClassVar[str] = "Newton: one step, or a few"
    summary: ClassVar[str] = (
        "On a quadratic Newton's method needs one step; on Rosenbrock's valley six, with twice the digits each step."
    )
    reference: ClassVar[str] = "Nocedal & Wright 2006, Numerical optimization, Theorem 3.5"
    formula: ClassVar[str] = (
        r"\theta_{t+1} = \theta_t - H^{-1} g, \quad \lVert e_{t+1} \rVert \le C\,\lVert e_{t} \rVert^{2}"
    )
    room: ClassVar[str] = "curvature"
    text: ClassVar[tuple[str, ...]] = (
        "Gradient descent divides every component of the slope by the same number. Newton's method divides each by the "
        "curvature in its own direction: it multiplies by H⁻¹. On a quadratic bowl that is the exact way to the "
        "bottom, however narrow the bowl.",
        "On any other landscape it is the way to the bottom of the quadratic that touches it, drawn here as a second "
        "surface. From (−1.2, 1) Rosenbrock's loss goes 24, 4.7, 1411 (the quadratic misled it), 0.056, 0.31, 2·10⁻¹¹, "
        "3·10⁻²⁰.",
        "Near the end the number of right digits doubles each step. On x − ln x it does so exactly: an error of e "
        "becomes e². The price is the Hessian: d² numbers, and a linear system with d unknowns.",
    )

    def run(self) -> RunSpec:
        gradient = {"kind": "gradient_descent", "learning_rate": 0.0015}
        return _spec(ROSENBROCK, (-1.2, 1.0), 20, [NEWTON, gradient])

    def checks(self) -> tuple[Check | Callable[[], Claim], ...]:
        return (_one_step, _seven_steps, _rosenbrock_order, _squared)


def _spec(objective: dict[str, Any], start: tuple[float, float], steps: int, racers: list[dict[str, Any]]) -> RunSpec:
    record = {"curvature": {"every": 1, "top": 1, "bottom": 1}}
    fields = {"objective": objective, "optimisers": racers, "start": {"point": start}, "steps": steps, "record": record}
    return RunSpec.model_validate(fields)


def _run(objective: dict[str, Any], start: tuple[float, float], steps: int) -> dict[str, Any]:
    return outcome(_spec(objective, start, steps, [NEWTON]))[0]


def _one_step() -> Claim:
    runs = [_run(QUADRATIC, start, 1) for start in STARTS]
    left = [hypot(*run["position"][1]) / hypot(*run["position"][0]) for run in runs]
    return at_most("Quadratic, κ = 100: error left after one step, relative", 1e-12, left)


def _seven_steps() -> Claim:
    loss = _run(ROSENBROCK, (-1.2, 1.0), 7)["loss"]
    first = next((step for step, value in enumerate(loss) if value < 1e-12), 8)
    return at_most("Rosenbrock from (−1.2, 1): steps to f < 1e-12", 7.0, [float(first)])


def _rosenbrock_order() -> Claim:
    position = _run(ROSENBROCK, (-1.2, 1.0), 6)["position"]
    last, before = (hypot(*(position[step] - 1.0)) for step in (6, 5))
    return at_least("Rosenbrock: digits of the last step over digits of the one before", 1.7, [log(last) / log(before)])


def _squared() -> Claim:
    orders = [order for start in NEAR for order in _orders(start)]
    return agrees("x − ln x + y − ln y: ln e after each step over ln e before", 2.0, orders, 1e-6)


def _orders(start: tuple[float, float]) -> list[float]:
    """Of both coordinates and of the steps before rounding has its say."""
    errors = abs(_run(LOGARITHM, start, 4)["position"] - 1.0)
    pairs = [(errors[t][i], errors[t + 1][i]) for t in range(4) for i in range(2)]
    return [log(after) / log(before) for before, after in pairs if after > 1e-8]
