"""A landscape as events: a coarse grid first, then the one that was asked for, of which the first is a part."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from app.core.interfaces import Array, Objective
from app.experiments.build import layered
from app.experiments.events import Event, Holey
from app.experiments.view import Frame
from app.landscapes._plane import Directions
from app.landscapes.grid import default_window, evaluate, grid_axes, holes, lowest

COARSE = 33
CELLS_AT_ONCE = 2_000
NUMBERS_AT_ONCE = 160_000_000
"""Activations of a network, some 50 to 130 milliseconds' worth: what is not wanted any more ends that soon."""
FEWEST_AT_ONCE = 16
"""Cells of a large network, which share what is done for all of them."""
PRODUCTS = 50
"""Multiplications and additions in the time of one activation."""

Tile = tuple[Array, Array]
"""Indices of the rows and of the columns of some cells of a grid."""


def window_of(
    objective: Objective, frame: Frame, window: tuple[float, ...] | None, path: Array | None = None
) -> tuple[float, ...]:
    """The window asked for, else the one that suits the plane and the path ``(m, 2)``."""
    return window if window is not None else default_window(objective, frame.origin, frame.directions, path)


def stride_of(count: int) -> int:
    """Every how many-th of ``count`` coordinates make a first, quick axis of 17 to 33 (or all of fewer); 0: none do."""
    steps = max(1, count - 1)
    stride = next(s for s in range(1, steps + 1) if steps % s == 0 and steps // s < COARSE)
    return stride if stride == 1 or steps // stride >= COARSE // 2 else 0


def coarse(axis: Array) -> Array:
    """The first, quick one of an axis: at most 33 coordinates, its own where it can be."""
    stride = stride_of(axis.size)
    return axis[::stride] if stride else np.linspace(axis[0], axis[-1], COARSE)


def cells_at_once(objective: Objective) -> int:
    """Cells of one piece of work; by the objective alone, so that slicing never shows in the bytes."""
    network = layered(objective)
    if network is None:
        return CELLS_AT_ONCE
    units = sum(layer.fan_out for layer in network.layers) + network.dim // PRODUCTS
    return max(FEWEST_AT_ONCE, min(5 * CELLS_AT_ONCE, NUMBERS_AT_ONCE // (units * network.examples)))


def grid_event(grid: Grid) -> Event:
    """The ``landscape`` event of a grid that is filled."""
    (xs, ys), loss, frame = grid.axes(), grid.loss, grid.frame
    low = lowest(xs, ys, loss)
    data = {
        "level": grid.level,
        "x": xs,
        "y": ys,
        "loss": Holey(loss),
        "holes": holes(loss),
        "window": [float(edge) for edge in grid.window],
        "labels": list(frame.directions.labels),
        "plane": plane_facts(frame),
        "origin_loss": grid.origin_loss,
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
    """A grid being filled: coarse first, then fine, ``tile`` by tile: the loss from there on is not known yet.

    ``origin_loss`` is that of the frame's centre; None where it is not finite.
    """

    frame: Frame
    window: tuple[float, ...]
    resolution: tuple[int, int]
    level: str
    tile: int
    loss: Array
    origin_loss: float | None

    def axes(self) -> tuple[Array, Array]:
        """Coordinates of columns and of rows."""
        xs, ys = grid_axes(self.window, self.resolution)
        return (xs, ys) if self.level == "fine" else (coarse(xs), coarse(ys))

    def tiles(self, cells: int) -> list[Tile]:
        """Rows and columns of every tile, of about ``cells`` cells each, without those that the coarse grid had."""
        across, down = map(stride_of, self.resolution)
        rows, columns = map(np.arange, self.loss.shape)
        if self.level == "coarse" or across * down < 2:
            return _tiles(rows, columns, cells)
        between, beside = rows % down > 0, columns % across > 0
        return _tiles(rows[between], columns, cells) + _tiles(rows[~between], columns[beside], cells)

    def finer(self) -> Grid:
        """The grid that was asked for, with what is known of it."""
        loss = np.empty(self.resolution[::-1], dtype=self.loss.dtype)
        across, down = map(stride_of, self.resolution)
        if across * down:
            loss[::down, ::across] = self.loss
        return self._replace(level="fine", tile=0, loss=loss)

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
        level = "fine" if all(stride_of(count) == 1 for count in wanted) else "coarse"
        there = _finite_or_none(float(objective.value(frame.centre)))
        grid = cls(frame, window_of(objective, frame, window, path), wanted, level, 0, np.empty(0), there)
        xs, ys = grid.axes()
        return grid._replace(loss=np.empty((ys.size, xs.size), dtype=precision))


def _tiles(rows: Array, columns: Array, cells: int) -> list[Tile]:
    """Rectangles of about as many rows as columns, which share what a network does for each of these."""
    wide = _evenly(columns.size, max(math.isqrt(cells), cells // max(rows.size, 1)))
    high = _evenly(rows.size, max(1, cells // wide))
    return [
        (rows[top : top + high], columns[left : left + wide])
        for top in range(0, rows.size, high)
        for left in range(0, columns.size, wide)
    ]


def _evenly(count: int, most: int) -> int:
    """Size of equal pieces, at least 1 and at most ``most``."""
    return max(1, math.ceil(count / max(1, math.ceil(count / most))))


def advance_grid(objective: Objective, grid: Grid) -> tuple[Grid | None, Event | None]:
    """Fill a tile; a finished level gives its ``landscape`` event, and after the fine one there is no grid left."""
    tiles, loss = grid.tiles(cells_at_once(objective)), grid.loss.copy()
    (xs, ys), frame = grid.axes(), grid.frame
    if grid.tile < len(tiles):
        rows, columns = tiles[grid.tile]
        with np.errstate(all="ignore"):
            there = xs[columns], ys[rows], loss.dtype
            loss[np.ix_(rows, columns)] = evaluate(objective, frame.origin, frame.directions, *there)
    grid = grid._replace(tile=grid.tile + 1, loss=loss)
    if grid.tile < len(tiles):
        return grid, None
    return (None if grid.level == "fine" else grid.finer()), grid_event(grid)
