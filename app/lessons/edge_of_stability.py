"""Gradient descent sharpens until it stands at the edge of stability, and stays there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import TypeAdapter

from app.core.interfaces import Array, Optimiser
from app.curvature.sharpness import edges
from app.experiments.specs import AnyOptimiser, RunSpec
from app.lessons._base import Check, Claim, Lesson, agrees, at_least
from app.lessons._trials import Crowd, Moment
from app.objectives.network import NetworkSpec

CHEBYSHEV: dict[str, Any] = {
    "kind": "network",
    "layers": [{"units": 30, "activation": "tanh"}] * 2,
    "data": {"kind": "chebyshev", "n": 20, "degree": 4},
    "loss": {"kind": "squared_error", "half": True},
    "initialiser": {"kind": "lecun_normal"},
}
NET = NetworkSpec.model_validate(CHEBYSHEV)
RATES = (0.1, 0.15, 0.2, 0.3)
SEEDS = (0, 1, 2)
MANY = (0, 1, 2, 3, 4, 5)
STEPS = 8_000
LATE = tuple(range(6_000, 8_000, 50))
"""The last quarter of the run: progressive sharpening is over by then at the smallest rate too."""


class EdgeOfStability(Lesson):
    """λmax rises to 2/η and hovers there while the loss goes on falling."""

    kind: Literal["edge_of_stability"] = "edge_of_stability"
    title: ClassVar[str] = "The edge of stability"
    summary: ClassVar[str] = (
        "Trained by gradient descent a network sharpens until λmax reaches 2/η, then hovers there, still learning."
    )
    reference: ClassVar[str] = (
        "Cohen, Kaur, Li, Kolter & Talwalkar 2021, Gradient descent on neural networks typically occurs at the edge "
        "of stability, ICLR"
    )
    formula: ClassVar[str] = r"\lambda_{\max}\!\left(\nabla^2 f(\theta_t)\right) \to \frac{2}{\eta}"
    room: ClassVar[str] = "curvature"
    text: ClassVar[tuple[str, ...]] = (
        "On a quadratic, gradient descent with learning rate η diverges wherever the curvature is above 2/η. A "
        "textbook would choose η from the curvature. A network does it the other way round: it moves to where the "
        "curvature suits η.",
        "Watch the largest eigenvalue of the Hessian, λmax, against the dashed line at 2/η. First it climbs "
        "(progressive sharpening). When it arrives, the loss begins to jitter from step to step, and yet it keeps "
        "falling over longer stretches: each time λmax overshoots, the oscillation grows, and the growing oscillation "
        "pushes λmax down again.",
        "Double the learning rate and λmax settles at half the height. With Polyak momentum β the line stands at "
        "(2 + 2β)/η, and λmax goes there instead. The check trains three networks at each of four learning rates for "
        "8,000 steps and takes the median of λmax·η/2 over the last quarter.",
    )

    def run(self) -> RunSpec:
        return RunSpec.model_validate(
            {
                "objective": CHEBYSHEV,
                "optimisers": [{"kind": "gradient_descent", "learning_rate": rate} for rate in (0.15, 0.3)],
                "steps": 4_000,
                "record": {"every": 10, "curvature": {"every": 40, "top": 2}},
            }
        )

    def checks(self) -> tuple[Check | Callable[[], Claim], ...]:
        plain = [_check("gradient_descent", {"learning_rate": rate}, SEEDS, f"η = {rate}") for rate in RATES]
        momentum = _check("heavy_ball", {"learning_rate": 0.1, "momentum": 0.5}, MANY, "heavy ball, β = 0.5")
        return (*plain, momentum, _still_learning())


def settings(kind: str, fields: dict[str, Any]) -> Optimiser:
    """An optimiser of the catalogue."""
    made: Optimiser = TypeAdapter(AnyOptimiser).validate_python({"kind": kind} | fields)
    return made


def sharpness_against_threshold(moment: Moment, preconditioned: bool = False) -> Array:
    """λmax of each run over its threshold, both preconditioned where asked."""
    threshold = moment.optimiser.threshold_at(getattr(moment.optimiser, "learning_rate"))  # noqa: B009
    divided = moment.optimiser.preconditioner(moment.after) if preconditioned else None
    rows = range(len(moment.before.theta))
    found = [
        edges(moment.objective, moment.before.theta[i], 1, 0, 1e-4, None if divided is None else divided[i]).values[0]
        for i in rows
    ]
    assert threshold is not None
    return np.array(found) / threshold


def _check(kind: str, fields: dict[str, Any], seeds: tuple[int, ...], title: str) -> Check:
    crowd = Crowd(NET, settings(kind, fields), seeds, STEPS, LATE, sharpness_against_threshold)
    return Check((crowd,), partial(_settled, f"{title}: λmax over its threshold, late in the run"))


def _settled(title: str, found: list[Any]) -> Claim:
    return agrees(title, 1.0, np.median(found[0], axis=0).tolist(), 0.02)


def _still_learning() -> Check:
    looks = (2_000, 4_000, 8_000)
    crowd = Crowd(NET, settings("gradient_descent", {"learning_rate": 0.3}), SEEDS, STEPS, looks, _loss)
    return Check((crowd,), _fell)


def _loss(moment: Moment) -> Array:
    return np.asarray(moment.objective.value(moment.before.theta))


def _fell(found: list[Any]) -> Claim:
    ratio = (found[0][0] / found[0][-1]).tolist()
    return at_least("η = 0.3: loss at step 2,000 over loss at step 8,000, all of it at the edge", 1.0, ratio)
