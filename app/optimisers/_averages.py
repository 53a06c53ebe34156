"""Exponential moving averages."""

from __future__ import annotations

from app.core.interfaces import Array


def moving_average(past: Array, new: Array, beta: float) -> Array:
    """βm + (1 − β)x, with β in [0, 1) the weight of the past."""
    average = beta * past
    average += (1.0 - beta) * new
    return average
