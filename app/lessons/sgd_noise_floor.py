"""Where stochastic gradient descent stops: a floor set by the learning rate, not by the number of steps."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar, Literal

import numpy as np

from app.core.interfaces import Array
from app.experiments.build import build_objective, generator, starting_point
from app.experiments.specs import RunSpec
from app.lessons._base import Claim, Lesson, agrees
from app.lessons._measure import outcome, tail_mean

EIGENVALUES = (1.0, 10.0)
NOISE = 1.0
SEEDS = (0, 1, 2)
WALKERS = 256
STEPS = 1_200
EXAMPLES = 2_000
"""So many that an epoch of 500 batches is much longer than the 10 to 20 steps for which SGD remembers its noise;
in short epochs, batches drawn without replacement cancel and the floor falls faster than the rate."""


class SgdNoiseFloor(Lesson):
    """Noise in, noise out: E[L] → Σ ησ²/(2(2−ηλᵢ))."""

    kind: Literal["sgd_noise_floor"] = "sgd_noise_floor"
    title: ClassVar[str] = "The floor under SGD"
    summary: ClassVar[str] = (
        "With a constant learning rate SGD stops falling at a loss that is proportional to the rate."
    )
    reference: ClassVar[str] = (
        "L. Bottou, F. E. Curtis, J. Nocedal, Optimization Methods for Large-Scale Machine Learning, 2018, Theorem 4.6"
    )
    formula: ClassVar[str] = r"\mathbb{E}[f] \to \sum_i \frac{\eta\,\sigma^2}{2\,(2-\eta\lambda_i)}"
    text: ClassVar[tuple[str, ...]] = (
        "Each gradient here carries noise of standard deviation σ = 1, as a mini-batch would. Far "
        "from the minimum the "
        "gradient is larger than its noise and the loss falls like gradient descent's.",
        "Near the minimum only noise is left. Each step adds η²σ² of variance and the pull of the "
        "bowl takes a part of it "
        "away; where the two balance, the loss hovers for ever. Halve η and the floor falls to "
        "half: it is the learning "
        "rate, not patience, that buys precision.",
        "A rate that decays like 1/t has no floor: that is the third racer. On real mini-batches "
        "of a linear regression "
        "the same proportionality holds, and the check measures it.",
    )

    def run(self) -> RunSpec:
        decayed = _sgd(0.1) | {"schedule": {"kind": "inverse_time", "rate": 0.05}}
        return _bowl([_sgd(0.1), _sgd(0.02), decayed], 0, 600)

    def checks(self) -> tuple[Callable[[], Claim], ...]:
        return (
            partial(_floor, 0.1),
            partial(_floor, 0.02),
            _without_noise,
            _mini_batches,
        )


def _sgd(rate: float) -> dict[str, Any]:
    return {"kind": "sgd", "learning_rate": rate, "gradient_noise": NOISE}


def _bowl(optimisers: list[dict[str, Any]], seed: int, steps: int) -> RunSpec:
    return RunSpec.model_validate(
        {
            "objective": {"kind": "quadratic", "condition": EIGENVALUES[1] / EIGENVALUES[0]},
            "optimisers": optimisers,
            "start": {"point": (4.0, 2.0)},
            "steps": steps,
            "seed": seed,
        }
    )


def _floor(rate: float) -> Claim:
    expected = sum(rate * NOISE**2 / (2 * (2 - rate * curvature)) for curvature in EIGENVALUES)
    floors = [_crowd_floor(_bowl([_sgd(rate)], seed, STEPS)) for seed in SEEDS]
    return agrees(f"η = {rate}: mean loss of {WALKERS} walkers at the floor", expected, floors, 0.03)


def _crowd_floor(spec: RunSpec) -> float:
    """Mean loss over the second half of the run, of many walkers taken through the same spec at once."""
    objective, (optimiser,) = build_objective(spec.objective), spec.optimisers
    start = starting_point(spec.objective, objective, spec.start, spec.seed)
    state = optimiser.init(objective, np.tile(start, (WALKERS, 1)), generator(spec.seed))
    losses = []
    for step in range(spec.steps):
        state, info = optimiser.step(objective, state, generator(spec.seed, step + 1))
        losses.append(float(info.value.mean()))
    return tail_mean(np.array(losses), 0.5)


def _without_noise() -> Claim:
    quiet = {"kind": "gradient_descent", "learning_rate": 0.1}
    final = outcome(_bowl([quiet], 0, 600))[0]["loss"][-1]
    return agrees("without noise: loss after 600 steps", 0.0, [float(final)], 1e-20)


def _mini_batches() -> Claim:
    ratios = [_regression_floor(0.1, seed) / _regression_floor(0.05, seed) for seed in SEEDS]
    return agrees(
        "linear regression, batches of 4: floor at η = 0.1 over floor at η = 0.05 (about twice)", 2.0, ratios, 0.25
    )


def _regression_floor(rate: float, seed: int) -> float:
    inputs, targets = _regression()
    spec = RunSpec.model_validate(
        {
            "objective": {
                "kind": "network",
                "layers": [],
                "data": {"kind": "table", "inputs": inputs.tolist(), "targets": targets.tolist(), "task": "regression"},
                "loss": {"kind": "squared_error", "half": True},
            },
            "optimisers": [{"kind": "sgd", "learning_rate": rate, "batch_size": 4}],
            "steps": 5_000,
            "seed": seed,
        }
    )
    return tail_mean(outcome(spec)[0]["loss"], 0.9) - _least_squares_loss(inputs, targets)


def _regression() -> tuple[Array, Array]:
    rng = np.random.Generator(np.random.Philox(key=0))
    inputs = rng.standard_normal((EXAMPLES, 2))
    return inputs, inputs @ [1.0, -2.0] + 0.5 * rng.standard_normal(EXAMPLES)


def _least_squares_loss(inputs: Array, targets: Array) -> float:
    design = np.column_stack([inputs, np.ones(len(inputs))])
    solution = np.linalg.lstsq(design, targets, rcond=None)[0]
    return float(0.5 * np.mean((design @ solution - targets) ** 2))
