"""A landscape as events: a coarse grid first, then the one that was asked for, row by row."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.core.interfaces import Array, Objective
from app.experiments.events import Event, Holey
from app.experiments.view import Frame
from app.landscapes.grid import default_window, evaluate_rows, grid_axes, holes, lowest

COARSE = 33


def window_of(
    objective: Objective, frame: Frame, window: tuple[float, ...] | None, path: Array | None = None
) -> tuple[float, ...]:
    """The window asked for, else the one that suits the plane and the path ``(m, 2)``."""
    return window if window is not None else default_window(objective, frame.origin, frame.directions, path)


def coarse_of(resolution: tuple[int, int]) -> tuple[int, int]:
    """The first, quick grid: at most 33 a side."""
    return min(COARSE, resolution[0]), min(COARSE, resolution[1])


def rows(
    objective: Objective, frame: Frame, window: tuple[float, ...], resolution: tuple[int, int], some: slice, dtype: Any
) -> Array:
    """Loss on some rows of the grid: ``(rows, columns)``, non-finite cells kept."""
    xs, ys = grid_axes(window, resolution)
    with np.errstate(all="ignore"):
        return evaluate_rows(objective, frame.origin, frame.directions, xs, ys[some], dtype)


def grid_event(objective: Objective, frame: Frame, window: tuple[float, ...], loss: Array, level: str) -> Event:
    """The ``landscape`` event of a whole grid."""
    xs, ys = grid_axes(window, (loss.shape[1], loss.shape[0]))
    low = lowest(xs, ys, loss)
    data = {
        "level": level,
        "x": xs,
        "y": ys,
        "loss": Holey(loss),
        "holes": holes(loss),
        "window": [float(edge) for edge in window],
        "labels": list(frame.directions.labels),
        "plane": plane_facts(frame),
        "origin_loss": _finite_or_none(float(objective.value(frame.origin))),
        "lowest": low._asdict() if low else None,
        "precision": str(loss.dtype),
    }
    return Event("landscape", data)


def plane_facts(frame: Frame) -> dict[str, Any]:
    """What the plane is and what it captures."""
    directions = frame.directions
    lengths = [float(np.linalg.norm(d)) for d in (directions.x, directions.y) if d is not None]
    return {
        "kind": frame.kind,
        "explained": None if directions.explained is None else list(directions.explained),
        "random_walk_explained": None
        if directions.random_walk_explained is None
        else list(directions.random_walk_explained),
        "directions_norm": lengths,
    }


def _finite_or_none(value: float) -> float | None:
    return value if np.isfinite(value) else None


def grid_events(
    objective: Objective, frame: Frame, window: tuple[float, ...] | None, resolution: tuple[int, int]
) -> list[Event]:
    """Coarse and fine landscape of a run's own plane, at once."""
    where = window_of(objective, frame, window)
    coarse = coarse_of(resolution)
    levels = {"coarse": coarse, "fine": resolution} if coarse != resolution else {"fine": resolution}
    return [
        grid_event(objective, frame, where, rows(objective, frame, where, size, slice(None), np.float64), level)
        for level, size in levels.items()
    ]
