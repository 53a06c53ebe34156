"""What a computation will cost, before anything runs: order-of-magnitude models on one core."""

from __future__ import annotations

from typing import NamedTuple

from app.core.interfaces import Objective
from app.core.spec import Spec
from app.experiments.build import build_objective, layered
from app.experiments.chunks import step_seconds
from app.experiments.specs import DerivativesSpec, LandscapeSpec, RunSpec

CELL_FLOPS = 8e9
CHECKS = 8


class Cost(NamedTuple):
    """Estimated seconds on one core, bytes held at once, and what to reduce if that is too much."""

    seconds: float
    bytes: int
    advice: str


def run_cost(spec: RunSpec) -> Cost:
    """Optimisers × steps × the cost of a recorded step, plus the landscape if one is asked for."""
    objective = build_objective(spec.objective)
    seconds = step_seconds(objective) * (spec.steps + 1) * len(spec.optimisers)
    columns, rows = (spec.view.resolution if spec.view else None) or (0, 0)
    seconds += columns * rows * cell_seconds(objective)
    return Cost(seconds, _bytes(objective), "fewer steps, optimisers, examples or units")


def landscape_cost(spec: LandscapeSpec) -> Cost:
    """Cells × the cost of one loss, plus the run whose path is shown."""
    objective = build_objective(spec.objective)
    seconds = spec.resolution[0] * spec.resolution[1] * cell_seconds(objective)
    if spec.run is not None:
        seconds += run_cost(spec.run).seconds
    return Cost(seconds, _bytes(objective), "a smaller resolution, fewer examples or units, or fewer steps of the run")


def derivatives_cost(spec: DerivativesSpec) -> Cost:
    """Two gradients and eight losses for each coordinate that is checked."""
    objective = build_objective(spec.objective)
    seconds = 2 * step_seconds(objective) + CHECKS * min(objective.dim, 1_000) * cell_seconds(objective)
    return Cost(seconds, _bytes(objective), "fewer examples or units")


def small_cost(spec: Spec) -> Cost:
    """A computation whose cost its own limits bound."""
    return Cost(0.01, 1_000_000, "")


def cell_seconds(objective: Objective) -> float:
    """Seconds of one loss value inside a batch."""
    network = layered(objective)
    if network is None:
        return 1e-6
    return 2e-6 + 8 * objective.dim * network.examples / CELL_FLOPS


def _bytes(objective: Objective) -> int:
    network = layered(objective)
    return 10_000_000 if network is None else 8 * (70 * objective.dim + 600 * network.examples)
