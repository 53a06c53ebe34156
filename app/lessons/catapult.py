"""A learning rate above 2/λ need not diverge: it can throw the network to a flatter place."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar, Literal

import numpy as np

from app.core.interfaces import CompositeObjective
from app.experiments.build import build_objective
from app.experiments.specs import RunSpec
from app.lessons._base import Check, Claim, Lesson, agrees, at_least, at_most
from app.lessons._trials import Run, starting
from app.objectives.network import NetworkSpec

LINEAR: dict[str, Any] = {
    "kind": "network",
    "layers": [{"units": 100, "activation": "identity"}],
    "data": {"kind": "table", "inputs": [[1.0]], "targets": [0.0], "task": "regression"},
    "loss": {"kind": "squared_error", "half": True},
    "initialiser": {"kind": "lecun_normal"},
    "biases": False,
}
NET = NetworkSpec.model_validate(LINEAR)
SEEDS = (0, 1, 2, 3, 4)
STEPS = 120


class Catapult(Lesson):
    """ηλ₀ = 1: down; ηλ₀ = 3: up, over, and down in a flatter place; ηλ₀ = 4.2: away."""

    kind: Literal["catapult"] = "catapult"
    title: ClassVar[str] = "The catapult"
    summary: ClassVar[str] = (
        "With ηλ₀ between 2 and 4 the loss spikes, λ falls below 2/η, and the run converges after all."
    )
    reference: ClassVar[str] = (
        "Lewkowycz, Bahri, Dyer, Sohl-Dickstein & Gur-Ari 2020, The large learning rate phase of deep learning: the "
        "catapult mechanism, arXiv:2003.02218, section 2"
    )
    formula: ClassVar[str] = (
        r"f_{t+1} = \left(1 - \eta\lambda_t + \eta^2 f_t^2\right) f_t, \quad "
        r"\lambda_{t+1} = \lambda_t + \eta f_t^2\,(\eta\lambda_t - 4)"
    )
    room: ClassVar[str] = "curvature"
    text: ClassVar[tuple[str, ...]] = (
        "The smallest network in which it happens: one linear hidden layer, one example with input 1 and target 0. Its "
        "output is f = v·w, its loss ½f², and its sharpness λ = ‖v‖² + ‖w‖².",
        "Below ηλ = 2 the loss falls, as on a quadratic. Above it the output grows each step, and here a quadratic "
        "would be lost. But look at the second formula: while ηλ < 4, a large output makes λ shrink. Once λ is below "
        "2/η the output falls again, for good. The network has been thrown to a flatter place.",
        "Above ηλ = 4 the same term makes λ grow, and nothing helps. The three racers have ηλ₀ = 1, 3 and 4.2.",
    )

    def run(self) -> RunSpec:
        return _spec(0, (1.0, 3.0, 4.2))

    def checks(self) -> tuple[Check | Callable[[], Claim], ...]:
        return (
            Check(_trials(3.0), partial(_spike, "ηλ₀ = 3: highest loss over the first")),
            Check(_trials(3.0), _flattened),
            Check(_trials(3.0), partial(_ending, "ηλ₀ = 3: final loss over the first")),
            Check(_trials(1.0), partial(_calm, "ηλ₀ = 1: highest loss over the first")),
            Check(_trials(4.2), _lost),
        )


def tangent(seed: int) -> float:
    """λ₀ = ‖v‖² + ‖w‖²: the largest eigenvalue of the Gauss–Newton matrix at the start."""
    network = build_objective(NET)
    assert isinstance(network, CompositeObjective)
    return float(np.linalg.eigvalsh(network.gauss_newton(starting(NET, seed)))[-1])


def _spec(seed: int, multiples: tuple[float, ...]) -> RunSpec:
    rates = [multiple / tangent(seed) for multiple in multiples]
    return RunSpec.model_validate(
        {
            "objective": LINEAR,
            "optimisers": [{"kind": "gradient_descent", "learning_rate": rate} for rate in rates],
            "steps": STEPS,
            "seed": seed,
            "record": {"curvature": {"every": 10, "top": 1}},
        }
    )


def _trials(multiple: float) -> tuple[Run, ...]:
    return tuple(Run(_spec(seed, (multiple,)), _read) for seed in SEEDS)


def _read(run: dict[str, Any]) -> dict[str, Any]:
    """The loss, the last λmax over its threshold 2/η, and whether the run was cut."""
    last = run["curvature"][-1]
    ratio = float(last["eigenvalues"][0] / last["threshold"])
    return {"loss": run["loss"], "ratio": ratio, "diverged": run["diverged"] is not None}


def _spike(title: str, found: list[Any]) -> Claim:
    return at_least(title, 10.0, [float(run["loss"].max() / run["loss"][0]) for run in found])


def _flattened(found: list[Any]) -> Claim:
    return at_most("ηλ₀ = 3: final λmax over 2/η, where it began at 1.5", 1.0, [run["ratio"] for run in found])


def _ending(title: str, found: list[Any]) -> Claim:
    return at_most(title, 1e-6, [float(run["loss"][-1] / run["loss"][0]) for run in found])


def _calm(title: str, found: list[Any]) -> Claim:
    return at_most(title, 1.0, [float(run["loss"].max() / run["loss"][0]) for run in found])


def _lost(found: list[Any]) -> Claim:
    return agrees("ηλ₀ = 4.2: runs that diverge", 1.0, [float(run["diverged"]) for run in found], 0.0)
