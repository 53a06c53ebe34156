"""What the rows of training have in common."""

from __future__ import annotations

from benchmarks.cases import Problem, Training
from benchmarks.problems import DIGITS, MOONS_200, MOONS_500, forward_flops, name_of, problem
from benchmarks.row import Case, Goal

STEPS = 1_000
RECORDING = 1.3
"""How many times the time of training alone a run may take whose every step is recorded."""
TOLERANCE = {"float64": 1e-5, "float32": 2e-2}
"""A thousand steps let rounding grow, and scikit-learn's Adam adds ε before it corrects the bias (1e-6 in double)."""


def nets(quick: bool) -> list[Problem]:
    """Three networks in both precisions."""
    all_nets = [
        problem(data, hidden, dtype)
        for data, hidden in ((MOONS_200, (8,)), (MOONS_500, (16, 16)), (DIGITS, (32,)))
        for dtype in ("float64", "float32")
    ]
    return all_nets[: 2 if quick else None]


def training_case(task: Training, torch: float, warm: float, first: float | None) -> Case:
    """A case with goals against PyTorch's loop and JAX's scan, warm and (where one is set) from its first call."""
    net = task.problem
    goals = [Goal("torch_loop", torch), Goal("jax_scan", warm), Goal("thalweg_steps", 1 / RECORDING)]
    goals += [] if first is None else [Goal("jax_scan", first, "first")]
    share = 1.0 if task.batches is None else task.batches.shape[1] / len(net.inputs)
    flops = task.steps * 3 * forward_flops(net) * share
    return Case(name_of(net), "training", task, TOLERANCE[net.dtype], tuple(goals), flops)
