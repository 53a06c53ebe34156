"""The loss on 101 × 101 points of a plane through a network's parameters."""

from __future__ import annotations

import numpy as np

from benchmarks.cases import Surface
from benchmarks.comparison import Comparison
from benchmarks.problems import DIGITS, MOONS_200, MOONS_500, directions, forward_flops, name_of, problem
from benchmarks.row import Case, Goal

SIDE = 101


def _cases(quick: bool) -> list[Case]:
    nets = [
        (problem(MOONS_200, (8,), "float32"), (2.2, 45, 7, 14)),
        (problem(MOONS_500, (16, 16), "float32"), (2.8, 11, 7, 14)),
        (problem(DIGITS, (32,), "float32"), (3.2, 8, 4, 8)),
    ]
    cases = []
    for net, (jax, library, jax_cold, loop_cold) in nets[: 1 if quick else None]:
        x, y = directions(net.theta.size).astype(net.dtype)
        goals = (
            Goal("jax_jit", jax),
            Goal("loss_landscapes", library),
            Goal("jax_jit", jax_cold, "cold"),
            Goal("torch_loop", loop_cold, "cold"),
        )
        task = Surface(net, x, y, np.linspace(-1, 1, SIDE))
        cases.append(Case(name_of(net), "surface", task, 2e-4, goals, SIDE**2 * forward_flops(net)))
    return cases


ROW = Comparison("a", f"Surfaces of {SIDE} × {SIDE} points", _cases)
