"""What lessons read off a run."""

from __future__ import annotations

from math import hypot
from typing import Any

import numpy as np

from app.core.interfaces import Array
from app.experiments.jobs.run import collect_run
from app.experiments.run import simulate
from app.experiments.specs import RunSpec


def outcome(spec: RunSpec) -> list[dict[str, Any]]:
    """The columns and endings of every optimiser of a run."""
    runs: list[dict[str, Any]] = collect_run(list(simulate(spec)))["runs"]
    return runs


def contraction(position: Array, first: int, last: int) -> float:
    """Mean factor by which the distance to the origin shrinks per step between two steps."""
    near, far = hypot(*position[last]), hypot(*position[first])  # math.hypot: the squares would underflow
    return float((near / far) ** (1 / (last - first)))


def tail_mean(values: Array, share: float) -> float:
    """Mean of the last ``share`` of a series."""
    return float(np.mean(values[int(len(values) * (1 - share)) :]))
