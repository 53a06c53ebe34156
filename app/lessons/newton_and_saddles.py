"""Newton's method goes to saddles; with the signs of the curvatures removed it goes to minima."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Literal

import numpy as np

from app.core.interfaces import Array
from app.experiments.specs import RunSpec
from app.lessons._base import Check, Claim, Lesson, agrees, at_least
from app.lessons._trials import Crowd, Moment
from app.lessons.edge_of_stability import settings
from app.objectives.network import NetworkSpec

XOR: dict[str, Any] = {
    "kind": "network",
    "layers": [{"units": 2, "activation": "sigmoid"}],
    "data": {"kind": "xor"},
    "loss": {"kind": "squared_error", "half": True},
    "initialiser": {"kind": "glorot_normal"},
}
NET = NetworkSpec.model_validate(XOR)
SEEDS = tuple(range(30))
STEPS = 120
STILL, BENT, LOW = 1e-8, -1e-9, 1e-6
"""‖∇f‖ of a critical point; an eigenvalue that is negative beyond rounding; the loss of a minimum, which is 0 here."""
MOST = 0.9
"""Share of saddles: Newton's way is chaotic, and of thirty starts that differ in their last bits now and then one ends
at a minimum."""
NEWTON: dict[str, Any] = {"kind": "newton", "learning_rate": 0.5, "damping": 1e-3}
SADDLE_FREE: dict[str, Any] = {"kind": "saddle_free_newton", "learning_rate": 1.0, "damping": 1e-3}


class NewtonAndSaddles(Lesson):
    """On XOR with two hidden units, thirty starts: saddles for the one, minima for the other."""

    kind: Literal["newton_and_saddles"] = "newton_and_saddles"
    title: ClassVar[str] = "Newton likes saddles"
    summary: ClassVar[str] = (
        "Damped Newton stops at saddles of a small network; saddle-free Newton, one absolute value away, at minima."
    )
    reference: ClassVar[str] = (
        "Dauphin, Pascanu, Gulcehre, Cho, Ganguli & Bengio 2014, Identifying and attacking the saddle point problem in "
        "high-dimensional non-convex optimization, NIPS"
    )
    formula: ClassVar[str] = r"-(H + \lambda I)^{-1} g \quad\text{against}\quad -(|H| + \lambda I)^{-1} g"
    room: ClassVar[str] = "curvature"
    text: ClassVar[tuple[str, ...]] = (
        "Newton's step jumps to where the local quadratic is flat. Along a direction of negative curvature that place "
        "lies uphill: dividing the slope by a negative number turns the step around. So Newton is drawn to saddles "
        "and maxima as strongly as to minima.",
        "Saddle-free Newton replaces each eigenvalue of the Hessian by its absolute value. Every step then points "
        "downhill, yet it is as long as Newton's, so that flat directions are crossed as fast.",
        "Watch the smallest eigenvalue of both racers on XOR with two hidden units. Newton's settles below zero: it "
        "rests at a saddle, with a loss far above zero. The other one's ends at or above zero. The check tries thirty "
        "starts and looks at the spectrum of every place where the gradient has vanished. Newton's way there is "
        "chaotic: rounding decides which saddle a start finds, and now and then one finds a minimum.",
    )

    def run(self) -> RunSpec:
        return RunSpec.model_validate(
            {
                "objective": XOR,
                "optimisers": [NEWTON, SADDLE_FREE],
                "steps": STEPS,
                "record": {"curvature": {"every": 2, "top": 2, "bottom": 2}},
            }
        )

    def checks(self) -> tuple[Check | Callable[[], Claim], ...]:
        return (
            Check((_crowd(NEWTON),), _saddles),
            Check((_crowd(SADDLE_FREE),), _minima),
            Check((_crowd(SADDLE_FREE),), _left),
        )


def _crowd(method: dict[str, Any]) -> Crowd:
    fields = {name: value for name, value in method.items() if name != "kind"}
    return Crowd(NET, settings(method["kind"], fields), SEEDS, STEPS, (STEPS,), _looked, piece=8)


def _looked(moment: Moment) -> Array:
    """Loss, gradient norm and smallest eigenvalue of each run: ``(runs, 3)``."""
    theta = moment.before.theta
    loss, gradient = moment.objective.value_and_gradient(theta)
    lowest = np.linalg.eigvalsh(moment.objective.hessian(theta))[:, 0]
    return np.column_stack([loss, np.linalg.norm(gradient, axis=-1), lowest])


def _saddles(found: list[Any]) -> Claim:
    _, still, lowest = found[0][0].T
    critical = still < STILL
    share = float((lowest[critical] < BENT).mean()) if critical.any() else 0.0
    return at_least(f"Newton: share of saddles among the {critical.sum()} critical points it reached", MOST, [share])


def _minima(found: list[Any]) -> Claim:
    loss, _, _ = found[0][0].T
    return at_least("Saddle-free Newton: of 30 runs, how many reached a minimum", 27.0, [float((loss < LOW).sum())])


def _left(found: list[Any]) -> Claim:
    loss, _, lowest = found[0][0].T
    bent = float((lowest[loss < LOW] < BENT).sum())
    return agrees("Saddle-free Newton: of those, how many have negative curvature left", 0.0, [bent], 0.0)
