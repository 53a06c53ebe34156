"""A landscape as events: a coarse grid first, then the one that was asked for, row by row."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from app.core.interfaces import Array, Objective
from app.experiments.events import Event, Holey
from app.experiments.view import Frame
from app.landscapes._plane import Directions
from app.landscapes.grid import default_window, evaluate_rows, grid_axes, holes, lowest

COARSE = 33
CELLS_AT_ONCE = 2_000


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
        "origin_loss": _finite_or_none(float(objective.value(frame.centre))),
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
    } | _eigen(directions)


def _eigen(directions: Directions) -> dict[str, Any]:
    if directions.eigenpairs is None:
        return {}
    values, residuals = directions.eigenpairs
    return {"eigenvalues": values.tolist(), "residuals": residuals.tolist()}


def _finite_or_none(value: float) -> float | None:
    return value if np.isfinite(value) else None


class Grid(NamedTuple):
    """A grid being filled: coarse first, then fine; the loss of rows from ``row`` on is not known yet."""

    frame: Frame
    window: tuple[float, ...]
    resolution: tuple[int, int]
    level: str
    row: int
    loss: Array

    @classmethod
    def begin(
        cls,
        objective: Objective,
        frame: Frame,
        window: tuple[float, ...] | None,
        resolution: tuple[int, int],
        precision: str = "float64",
        path: Array | None = None,
    ) -> Grid:
        """An empty grid; a plane with one direction has one row."""
        wanted = resolution if frame.directions.y is not None else (resolution[0], 1)
        first = coarse_of(wanted)
        level = "fine" if first == wanted else "coarse"
        loss = np.empty(first[::-1], dtype=precision)
        return cls(frame, window_of(objective, frame, window, path), wanted, level, 0, loss)


def advance_grid(objective: Objective, grid: Grid) -> tuple[Grid | None, Event | None]:
    """Fill a few rows; a finished level gives its ``landscape`` event, and after the fine one there is no grid left."""
    lines, columns = grid.loss.shape
    some = slice(grid.row, min(lines, grid.row + max(1, CELLS_AT_ONCE // columns)))
    loss = grid.loss.copy()
    loss[some] = rows(objective, grid.frame, grid.window, (columns, lines), some, loss.dtype)
    if some.stop < lines:
        return grid._replace(row=some.stop, loss=loss), None
    event = grid_event(objective, grid.frame, grid.window, loss, grid.level)
    if grid.level == "fine":
        return None, event
    empty = np.empty(grid.resolution[::-1], dtype=loss.dtype)
    return grid._replace(level="fine", row=0, loss=empty), event
