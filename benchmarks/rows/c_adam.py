"""A thousand steps of Adam on mini-batches of 32, every step recorded."""

from __future__ import annotations

import numpy as np

from app.experiments.build import layered
from app.objectives.minibatch import MiniBatch
from benchmarks.cases import Array, Problem, Training
from benchmarks.comparison import Comparison
from benchmarks.peers._thalweg import built
from benchmarks.row import Case
from benchmarks.training_rows import STEPS, nets, training_case

SIZE, SEED = 32, 0
GOALS = ((25, 0.3), (22, 0.5), (11, 0.7))
"""Of each network: PyTorch's loop, JAX's scan warm."""


def _batches(net: Problem) -> Array:
    """The examples that our run takes at each step, for everybody: ``(steps, 32)``."""
    network = layered(built(net))
    assert network is not None
    batches = MiniBatch(network, SIZE)
    return np.stack([batches.indices(step, SEED) for step in range(STEPS)])


def _cases(quick: bool) -> list[Case]:
    tasks = [Training(net, "adam", 0.01, STEPS, _batches(net)) for net in nets(quick)]
    return [training_case(task, *GOALS[i // 2], None) for i, task in enumerate(tasks)]


ROW = Comparison("c", "A thousand steps of Adam on mini-batches of 32, every step recorded", _cases)
