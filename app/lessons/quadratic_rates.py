"""How fast four first-order methods fall into a quadratic bowl."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import log, sqrt
from typing import Any, ClassVar, Literal

from app.experiments.specs import RunSpec
from app.lessons._base import Claim, Lesson, agrees
from app.lessons._measure import contraction, outcome

CONDITION = 100.0
STARTS = ((1.0, 1.0), (-2.0, 0.5), (3.0, -1.0))
FIRST, LAST = 1000, 2000
"""So late that the factor t of the critically damped methods has faded: (2000/1000)^(1/1000) is 1.0007."""
ROOT = sqrt(CONDITION)
BETA = (ROOT - 1) / (ROOT + 1)

METHODS: dict[str, tuple[dict[str, Any], float]] = {
    "gradient descent at 2/(L+μ)": (
        {"kind": "gradient_descent", "learning_rate": 2 / (CONDITION + 1)},
        (CONDITION - 1) / (CONDITION + 1),
    ),
    "gradient descent at 1/L": ({"kind": "gradient_descent", "learning_rate": 1 / CONDITION}, 1 - 1 / CONDITION),
    "heavy ball, optimally tuned": (
        {"kind": "heavy_ball", "learning_rate": 4 / (ROOT + 1) ** 2, "momentum": BETA**2},
        BETA,
    ),
    "Nesterov": ({"kind": "nesterov", "learning_rate": 1 / CONDITION, "momentum": BETA}, 1 - 1 / ROOT),
}


class QuadraticRates(Lesson):
    """Row of numbers every textbook states; here they are measured."""

    kind: Literal["quadratic_rates"] = "quadratic_rates"
    title: ClassVar[str] = "Four speeds on one bowl"
    summary: ClassVar[str] = (
        "On a quadratic with condition number 100 each method shrinks its error by a known factor a step."
    )
    reference: ClassVar[str] = (
        "B. T. Polyak, 1964; Y. Nesterov, Introductory Lectures on Convex Optimization, 2004, §2.1–2.2"
    )
    formula: ClassVar[str] = (
        r"\rho_{\mathrm{GD}}=\frac{\kappa-1}{\kappa+1},\quad \rho_{\mathrm{HB}}=\frac{\sqrt\kappa-1}{\sqrt\kappa+1},"
        r"\quad \rho_{\mathrm{N}}=1-\frac{1}{\sqrt\kappa}"
    )
    text: ClassVar[tuple[str, ...]] = (
        "The bowl f = ½(x² + 100 y²) is a hundred times steeper across than along. Gradient "
        "descent must keep its step "
        "small enough for the steep direction, and so it crawls along the flat one: at best its "
        "error shrinks by 0.980 a step.",
        "Momentum remembers. Heavy ball with Polyak's tuning shrinks the error by 0.818 a step and "
        "Nesterov's method by "
        "0.9: what took gradient descent a thousand steps takes them about a hundred.",
        "Watch the loss curves on the log scale: straight lines are constant factors, and their "
        "slopes are the numbers "
        "that the check measures, each as −ln ρ, to one per cent.",
    )

    def run(self) -> RunSpec:
        return _spec([settings for settings, _ in METHODS.values()], STARTS[0], 300)

    def checks(self) -> tuple[Callable[[], Claim], ...]:
        return tuple(partial(_rate, name) for name in METHODS)


def _spec(optimisers: list[dict[str, Any]], start: tuple[float, float], steps: int) -> RunSpec:
    return RunSpec.model_validate(
        {
            "objective": {"kind": "quadratic", "condition": CONDITION},
            "optimisers": optimisers,
            "start": {"point": start},
            "steps": steps,
        }
    )


def _rate(name: str) -> Claim:
    settings, factor = METHODS[name]
    runs = [outcome(_spec([settings], start, LAST))[0] for start in STARTS]
    measured = [-log(contraction(run["position"], FIRST, LAST)) for run in runs]
    return agrees(f"{name}: −ln ρ, the decay a step (ρ = {factor:.5f})", -log(factor), measured, 0.01)
