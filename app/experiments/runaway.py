"""Which step of a run cannot be shown, and why."""

from __future__ import annotations

import numpy as np

from app.core.interfaces import Array
from app.experiments.race import Cut, Racer

RUNAWAY_DISTANCE = 1e8
RUNAWAY_LOSS = 1e16
FALL = 1e3
"""A loss that ends this many times the size of the first one below zero has no floor in sight."""


def first_bad(theta: Array, loss: Array, gradient_norm: Array, racer: Racer) -> tuple[int, str] | None:
    """Index of the first row that is not finite or has run away, and what gave it away."""
    with np.errstate(all="ignore"):
        limits = RUNAWAY_DISTANCE * max(1.0, racer.scale[0]), RUNAWAY_LOSS * max(1.0, racer.scale[1])
        if _clearly_good(theta, loss, gradient_norm, limits):
            return None
        distance = np.maximum(theta.max(axis=-1), -theta.min(axis=-1))
        checks = {
            "parameters": ~np.isfinite(distance),
            "loss": ~np.isfinite(loss),
            "gradient": ~np.isfinite(gradient_norm),
            "distance": distance > limits[0],
            "size of the loss": np.abs(loss) > limits[1],
        }
    firsts = [(int(np.argmax(bad)), what) for what, bad in checks.items() if bad.any()]
    return min(firsts, key=lambda first: first[0]) if firsts else None


def _clearly_good(theta: Array, loss: Array, gradient_norm: Array, limits: tuple[float, float]) -> bool:
    """Whether nothing can be wrong, by ‖θ‖₂ ≥ ‖θ‖∞, which one sweep gives; what is not clear may still be good."""
    near = np.vecdot(theta, theta).max() <= limits[0] ** 2
    return bool(
        near and np.abs(loss).max() <= limits[1] and np.isfinite(loss).all() and np.isfinite(gradient_norm).all()
    )


_SAYS: dict[str, str] = {
    "parameters": "a parameter is no longer a finite number",
    "loss": "the loss is no longer a finite number",
    "gradient": "the gradient is no longer a finite number",
    "distance": "the parameters have run away from where they started",
    "size of the loss": "the loss has run away from where it started",
}


def cut_of(racer: Racer, step: int, what: str, loss: float) -> Cut:
    """What ended a racer at a step whose ``what`` gave it away."""
    if step == 0:
        return Cut(step, _SAYS[what], "start")
    fell = racer.last[0] < -FALL * max(1.0, racer.scale[1])
    return Cut(step, _SAYS[what], "unbounded below" if fell and not loss > 0 else "overshoot")
