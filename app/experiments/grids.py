"""A landscape as events: a coarse grid first, then the one that was asked for, row by row."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from app.core.interfaces import Array, Objective
from app.experiments.build import layered
from app.experiments.events import Event, Holey
from app.experiments.view import Frame
from app.landscapes._plane import Directions
from app.landscapes.grid import default_window, evaluate_rows, grid_axes, holes, lowest

COARSE = 33
CELLS_AT_ONCE = 2_000
NUMBERS_AT_ONCE = 40_000_000
"""Activations of a network, some 20 to 60 milliseconds' worth: what is not wanted any more ends that soon."""
PRODUCTS = 50
"""Multiplications and additions in the time of one activation."""


def window_of(
    objective: Objective, frame: Frame, window: tuple[float, ...] | None, path: Array | None = None
) -> tuple[float, ...]:
    """The window asked for, else the one that suits the plane and the path ``(m, 2)``."""
    return window if window is not None else default_window(objective, frame.origin, frame.directions, path)


def coarse_of(resolution: tuple[int, int]) -> tuple[int, int]:
    """The first, quick grid: at most 33 a side."""
    return min(COARSE, resolution[0]), min(COARSE, resolution[1])


def cells_at_once(objective: Objective) -> int:
    """Cells of one piece of work; by the objective alone, so that slicing never shows in the bytes."""
    network = layered(objective)
    if network is None:
        return CELLS_AT_ONCE
    units = sum(layer.fan_out for layer in network.layers) + network.dim // PRODUCTS
    return max(1, min(5 * CELLS_AT_ONCE, NUMBERS_AT_ONCE // (units * network.examples)))


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
    """A grid being filled: coarse first, then fine; row by row, the loss from ``cell`` on is not known yet."""

    frame: Frame
    window: tuple[float, ...]
    resolution: tuple[int, int]
    level: str
    cell: int
    loss: Array

    def block(self, cells: int) -> tuple[slice, slice]:
        """Rows and columns that come next: as many whole rows as ``cells`` allow, else a part of one."""
        lines, columns = self.loss.shape
        row, column = divmod(self.cell, columns)
        if cells < columns:
            return slice(row, row + 1), slice(column, min(columns, column + cells))
        return slice(row, min(lines, row + cells // columns)), slice(0, columns)

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
    """Fill some cells; a finished level gives its ``landscape`` event, and after the fine one there is no grid left."""
    lines, columns = grid.loss.shape
    xs, ys = grid_axes(grid.window, (columns, lines))
    some = grid.block(cells_at_once(objective))
    loss, frame = grid.loss.copy(), grid.frame
    with np.errstate(all="ignore"):
        loss[some] = evaluate_rows(objective, frame.origin, frame.directions, xs[some[1]], ys[some[0]], loss.dtype)
    cell = grid.cell + loss[some].size
    if cell < loss.size:
        return grid._replace(cell=cell, loss=loss), None
    event = grid_event(objective, frame, grid.window, loss, grid.level)
    if grid.level == "fine":
        return None, event
    empty = np.empty(grid.resolution[::-1], dtype=loss.dtype)
    return grid._replace(level="fine", cell=0, loss=empty), event
