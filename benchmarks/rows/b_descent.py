"""A thousand steps of full-batch gradient descent, every step recorded."""

from __future__ import annotations

from benchmarks.cases import Training
from benchmarks.comparison import Comparison
from benchmarks.row import Case
from benchmarks.training_rows import STEPS, nets, training_case

GOALS = ((22, 0.7, 20), (9, 1.4, 10), (2, 0.9, 2))
"""Of each network: PyTorch's loop, JAX's scan warm and from its first call."""


def _cases(quick: bool) -> list[Case]:
    tasks = [Training(net, "gradient_descent", 0.1, STEPS, None) for net in nets(quick)]
    return [training_case(task, *GOALS[i // 2]) for i, task in enumerate(tasks)]


ROW = Comparison("b", "A thousand steps of gradient descent, every step recorded", _cases)
