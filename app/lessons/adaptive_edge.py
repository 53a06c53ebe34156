"""Adam and RMSProp stand at an edge too: that of the Hessian as their preconditioner sees it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar, Literal

import numpy as np

from app.core.interfaces import Array
from app.curvature.sharpness import edges
from app.experiments.specs import RunSpec
from app.lessons._base import Check, Claim, Lesson, agrees, at_most
from app.lessons._trials import Crowd, Moment
from app.lessons.edge_of_stability import CHEBYSHEV, NET, settings, sharpness_against_threshold

SEEDS = (0, 1, 2)
STEPS = 8_000
LATE = tuple(range(6_000, 8_000, 50))
RATES = (3e-4, 1e-3, 3e-3)
ADAM: dict[str, Any] = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.99}
RMSPROP: dict[str, Any] = {"learning_rate": 1e-3, "decay": 0.99}


class AdaptiveEdge(Lesson):
    """λmax of P⁻¹H hovers at (2+2β₁)/((1−β₁)η)."""

    kind: Literal["adaptive_edge"] = "adaptive_edge"
    title: ClassVar[str] = "Adam's own edge"
    summary: ClassVar[str] = (
        "With Adam λmax of H says nothing; λmax of the preconditioned Hessian P⁻¹H settles at 38/η."
    )
    reference: ClassVar[str] = (
        "Cohen, Ghorbani, Krishnan, Agarwal, Medapati, Badura, Suo, Cardoze, Nado, Dahl & Gilmer 2022, Adaptive "
        "gradient methods at the edge of stability, arXiv:2207.14484"
    )
    formula: ClassVar[str] = (
        r"\lambda_{\max}\!\left(P_t^{-1} \nabla^2 f(\theta_t)\right) \to "
        r"\frac{2 + 2\beta_1}{(1 - \beta_1)\,\eta}, \quad P_t = (1 - \beta_1^t)\left(\sqrt{\hat v_t} + \epsilon\right)"
    )
    room: ClassVar[str] = "curvature"
    text: ClassVar[tuple[str, ...]] = (
        "Adam divides each coordinate of its averaged gradient by √v̂. That is gradient descent with momentum on a "
        "landscape whose axes have been stretched, and what is stable is decided by the Hessian in the stretched "
        "coordinates: P⁻¹H, with P = diag(√v̂ + ε).",
        "So the number to watch is λmax(P⁻¹H), and the line it goes to is heavy ball's, for a momentum that averages: "
        "(2 + 2β₁)/((1 − β₁)η), which is 38/η at β₁ = 0.9. RMSProp has no momentum, and its line is 2/η.",
        "The raw λmax of H knows nothing of it: ten times the learning rate hardly moves it, while λmax(P⁻¹H) falls to "
        "a tenth. Where the curvature is large so are the gradients, P grows with them, and the preconditioned "
        "curvature stays put. Look at both series in the room.",
    )

    def run(self) -> RunSpec:
        return RunSpec.model_validate(
            {
                "objective": CHEBYSHEV,
                "optimisers": [{"kind": "adam"} | ADAM, {"kind": "rmsprop"} | RMSPROP],
                "steps": 3_000,
                "record": {"every": 10, "curvature": {"every": 50, "top": 1, "diagonal": True}},
            }
        )

    def checks(self) -> tuple[Check | Callable[[], Claim], ...]:
        return (
            _check("adam", ADAM, "Adam: λmax(P⁻¹H) over 38/η, late in the run, three rates"),
            _check("rmsprop", RMSPROP, "RMSProp: λmax(P⁻¹H) over 2/η, late in the run, three rates"),
            _raw(),
        )


def _check(kind: str, fields: dict[str, Any], title: str) -> Check:
    look = partial(sharpness_against_threshold, preconditioned=True)
    return Check(tuple(_crowd(kind, fields, rate, LATE, look) for rate in RATES), partial(_settled, title))


def _crowd(
    kind: str, fields: dict[str, Any], rate: float, looks: tuple[int, ...], look: Callable[[Moment], Array]
) -> Crowd:
    return Crowd(NET, settings(kind, fields | {"learning_rate": rate}), SEEDS, STEPS, looks, look)


def _settled(title: str, found: list[Array]) -> Claim:
    return agrees(title, 1.0, np.median(found, axis=1).ravel().tolist(), 0.1)


def _raw() -> Check:
    return Check(tuple(_crowd("adam", ADAM, rate, (STEPS,), _sharpness) for rate in (RATES[0], RATES[-1])), _unmoved)


def _sharpness(moment: Moment) -> Array:
    return np.array([edges(moment.objective, theta, 1, 0, 1e-4).values[0] for theta in moment.before.theta])


def _unmoved(found: list[Array]) -> Claim:
    title = "Adam: raw λmax(H) at η = 0.0003 over that at η = 0.003, where the thresholds differ by 10"
    return at_most(title, 2.0, (found[0][0] / found[1][0]).tolist())
