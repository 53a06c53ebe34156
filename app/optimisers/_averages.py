"""Memories that fade geometrically: averages, and the sums that they are up to a factor."""

from __future__ import annotations

import numpy as np

from app.core.calls import Call, numbers
from app.core.interfaces import Array


def moving_average(past: Array, new: Array, beta: float) -> Array:
    """β·past + (1 − β)·new."""
    average = past * beta
    average += new * (1.0 - beta)
    return average


def fading_sum(past: Array, new: Array, beta: float) -> list[Call]:
    """What leaves β·past + new in place of ``past``: past/(1 − β) where that was the moving average, a sweep less."""
    (kept,) = numbers(past, beta)
    return [(np.multiply, (past, kept, past)), (np.add, (past, new, past))]


def fading_squares(past: Array, new: Array, beta: float, room: Array) -> list[Call]:
    """The same of new²; ``room`` is overwritten."""
    return [(np.multiply, (new, new, room)), *fading_sum(past, room, beta)]
