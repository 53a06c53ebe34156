"""Exponential moving averages."""

from __future__ import annotations

import numpy as np

from app.core.calls import Call, carry_out, numbers
from app.core.interfaces import Array


def averaging(past: Array, new: Array, beta: float, room: Array) -> list[Call]:
    """βm + (1 − β)x in place of m, with β in [0, 1) the weight of the past; ``room`` may be x, and is overwritten."""
    kept, fresh = numbers(past, beta, 1.0 - beta)
    return [
        (np.multiply, (past, kept, past)),
        (np.multiply, (new, fresh, room)),
        (np.add, (past, room, past)),
    ]


def squares_averaging(past: Array, new: Array, beta: float, room: Array) -> list[Call]:
    """The same of x²."""
    return [(np.multiply, (new, new, room)), *averaging(past, room, beta, room)]


def moving_average(past: Array, new: Array, beta: float) -> Array:
    """βm + (1 − β)x in a new array."""
    average = past.copy()
    carry_out(averaging(average, new, beta, np.empty_like(average)))
    return average
