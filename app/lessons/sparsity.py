"""Exact zeros: proximal steps on L1 find them, subgradients and ridge do not."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar, Literal

import numpy as np

from app.core.interfaces import Array
from app.experiments.linear_models import linear_problem
from app.experiments.specs import RunSpec
from app.homotopy.optimum import minimise
from app.homotopy.path import beginning
from app.lessons._base import Claim, Lesson, agrees
from app.lessons._measure import outcome
from app.objectives.network import NetworkSpec

EXAMPLES, INPUTS, RELEVANT = 100, 30, 5
STRENGTH = 0.1
RATE = 0.1
STEPS = 1_500
SEEDS = (0, 1, 2, 3, 4)


class Sparsity(Lesson):
    """Row 16: n = 100, d = 30, five true features, λ = 0.1."""

    kind: Literal["sparsity"] = "sparsity"
    title: ClassVar[str] = "Exactly zero"
    summary: ClassVar[str] = (
        "Of thirty inputs five matter. L1 with proximal steps sets the other twenty-five weights to zero, to the bit."
    )
    reference: ClassVar[str] = (
        "R. Tibshirani, Regression shrinkage and selection via the lasso, 1996; A. Beck & M. Teboulle, A fast "
        "iterative shrinkage-thresholding algorithm, 2009"
    )
    formula: ClassVar[str] = (
        r"\theta_j \leftarrow \operatorname{sign}(u_j)\,\max\!\left(\left|u_j\right| - \eta\lambda,\, 0\right), \quad "
        r"u = \theta - \eta\,\nabla s(\theta)"
    )
    room: ClassVar[str] = "regularisation"
    text: ClassVar[tuple[str, ...]] = (
        "Open the room on these data and move the strength: along the whole path the weights of the inputs that matter "
        "leave zero one by one, and the others lie at zero until λ is far too weak. Then choose L2: nothing is zero.",
        "The derivative of λθ² is 2λθ: it fades as θ shrinks, so L2 makes a useless weight small and never zero. The "
        "derivative of λ|θ| is λ sign θ: it pulls with the same force however small θ is, and at zero it can be any "
        "number between −λ and λ, which is enough to hold a weight there.",
        "Gradient descent cannot use that: with sign θ for the slope it steps over zero and back for ever. ISTA takes "
        "the gradient step of the loss alone and then applies the penalty in closed form, a soft threshold, and what "
        "falls below the threshold is zero, not nearly zero.",
        "The check counts zeros with == 0. It also solves ridge regression by its normal equations and holds the end "
        "of gradient descent against them.",
    )

    def run(self) -> RunSpec:
        return _spec("l1", [_method("ista"), _method("fista"), _method("gradient_descent")], 0, 300)

    def checks(self) -> tuple[Callable[[], Claim], ...]:
        return (
            partial(_zeros, "ISTA: exact zeros on the 25 null features", "l1", "ista", INPUTS - RELEVANT),
            partial(_zeros, "FISTA: exact zeros on the 25 null features", "l1", "fista", INPUTS - RELEVANT),
            partial(_zeros, "L1 by subgradients: exact zeros", "l1", "gradient_descent", 0),
            partial(_zeros, "ridge: exact zeros", "l2", "gradient_descent", 0),
            _kept,
            _closed_form,
            _exact,
        )


def _method(kind: str) -> dict[str, Any]:
    return {"kind": kind, "learning_rate": RATE}


def _objective(penalty: str, seed: int) -> dict[str, Any]:
    return {
        "kind": "network",
        "layers": [],
        "biases": False,
        "data": {"kind": "linear", "n": EXAMPLES, "dims": INPUTS, "relevant": RELEVANT, "seed": seed},
        "regularisers": [{"kind": penalty, "strength": STRENGTH}],
    }


def _spec(penalty: str, optimisers: list[dict[str, Any]], seed: int, steps: int) -> RunSpec:
    start = {"parameters": [0.5] * INPUTS}
    objective = _objective(penalty, seed)
    return RunSpec.model_validate({"objective": objective, "optimisers": optimisers, "start": start, "steps": steps})


def _end(penalty: str, method: str, seed: int) -> Array:
    return np.asarray(outcome(_spec(penalty, [_method(method)], seed, STEPS))[0]["final"])


def _zeros(title: str, penalty: str, method: str, expected: int) -> Claim:
    counts = [float((_end(penalty, method, seed)[RELEVANT:] == 0).sum()) for seed in SEEDS]
    return agrees(title, expected, counts, 0.0)


def _kept() -> Claim:
    counts = [float((_end("l1", "ista", seed)[:RELEVANT] != 0).sum()) for seed in SEEDS]
    return agrees("ISTA: true features kept", RELEVANT, counts, 0.0)


def _closed_form() -> Claim:
    """w = (XᵀX + nλI)⁻¹Xᵀy."""
    gaps = []
    for seed in SEEDS:
        data = NetworkSpec.model_validate(_objective("l2", seed)).data.load()
        gram = data.inputs.T @ data.inputs + EXAMPLES * STRENGTH * np.eye(INPUTS)
        ridge = np.linalg.solve(gram, data.inputs.T @ data.targets[:, 0])
        gaps.append(float(np.abs(_end("l2", "gradient_descent", seed) - ridge).max()))
    return agrees("ridge: largest difference from the normal equations", 0.0, gaps, 1e-12)


def _exact() -> Claim:
    gaps = []
    for seed in SEEDS:
        problem = linear_problem(NetworkSpec.model_validate(_objective("l1", seed)))[1]
        exact = minimise(problem, beginning(problem).theta).theta
        gaps.append(float(np.abs(_end("l1", "ista", seed) - exact).max()))
    return agrees("ISTA: largest difference from the lasso solved by its active set", 0.0, gaps, 1e-12)
