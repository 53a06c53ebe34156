"""The loss on a grid of a plane, some of its cells at a time."""

from __future__ import annotations

from typing import Any, NamedTuple, cast

import numpy as np

from app.core.errors import SpecError
from app.core.interfaces import Array, LayeredObjective, Objective
from app.landscapes._plane import UNIT_WINDOW, Directions, Window, bounding_window, layers_of
from app.objectives.slice import Slice

BLOCK_NUMBERS = 1_000_000
"""Parameters (points × d) that are formed at once: 8 MB of them."""


class Lowest(NamedTuple):
    """The lowest finite cell of a grid."""

    x: float
    y: float
    loss: float


def grid_axes(window: tuple[float, ...], resolution: tuple[int, int]) -> tuple[Array, Array]:
    """Coordinates of the columns and of the rows: ``(columns,), (rows,)``, ends included; one row is the middle one.

    Raises:
        SpecError: the window is not finite or not in order.
    """
    x0, x1, y0, y1 = window
    if not (np.isfinite(window).all() and x0 < x1 and y0 < y1):
        raise SpecError(f"window {list(window)} must be finite [x0, x1, y0, y1] with x0 < x1 and y0 < y1", "/window")
    columns, rows = resolution
    return _spaced(x0, x1, columns), _spaced(y0, y1, rows)


def _spaced(low: float, high: float, count: int) -> Array:
    return np.linspace(low, high, count) if count > 1 else np.array([(low + high) / 2])


def default_window(objective: Objective, origin: Array, directions: Directions, path: Array | None = None) -> Window:
    """Where to look when nobody says: the plane's own window, else the surface's, else [−1, 1]², and all of the path.

    Args:
        path: coordinates ``(m, 2)`` to be seen as well, with a quarter of their extent as margin.
    """
    own = directions.window or UNIT_WINDOW
    if path is None or not len(path):
        return own
    box = bounding_window(path)
    inside = own[0] <= path[:, 0].min() and path[:, 0].max() <= own[1]
    inside = inside and own[2] <= path[:, 1].min() and path[:, 1].max() <= own[3]
    return own if inside else (min(own[0], box[0]), max(own[1], box[1]), min(own[2], box[2]), max(own[3], box[3]))


def evaluate(
    objective: Objective, origin: Array, directions: Directions, columns: Array, rows: Array, dtype: Any = np.float64
) -> Array:
    """f(origin + a·x + b·y) of all a in ``columns`` and b in ``rows``: ``(rows, columns)``; of a line b is not read.

    Points are formed in float64 and handed to the objective as ``dtype`` (float32 suits networks, not surfaces).
    Cells that are not finite stay as they come. Memory is bounded: about ``BLOCK_NUMBERS`` parameters at once.
    """
    if layers_of(objective):
        arrays = (array.astype(dtype, copy=False) for array in (origin, directions.basis, columns, rows))
        return _of_network(cast("LayeredObjective", objective), *arrays).astype(dtype, copy=False)
    plane = Slice(objective, origin, directions.basis)
    points = np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 2)[:, : plane.dim]
    loss = np.empty(len(points), dtype=dtype)
    block = max(1, BLOCK_NUMBERS // objective.dim)
    with np.errstate(all="ignore"):
        for start in range(0, len(points), block):
            some = slice(start, start + block)
            loss[some] = objective.value(plane.point(points[some]).astype(dtype, copy=False))
    return loss.reshape(len(rows), len(columns))


def _of_network(network: LayeredObjective, origin: Array, basis: Array, columns: Array, rows: Array) -> Array:
    if len(basis) > 1:
        return network.value_on_grid(origin, basis, columns, rows)
    return np.tile(network.value_on_slice(origin, basis, columns[:, None]), (len(rows), 1))


def holes(loss: Array) -> int:
    """Number of cells that are not finite."""
    return int(loss.size - np.isfinite(loss).sum())


def lowest(xs: Array, ys: Array, loss: Array) -> Lowest | None:
    """The lowest finite cell of ``loss`` ``(rows, columns)``; None where every cell is a hole."""
    finite = np.isfinite(loss)
    if not finite.any():
        return None
    row, column = np.unravel_index(int(np.argmin(np.where(finite, loss, np.inf))), loss.shape)
    return Lowest(float(xs[column]), float(ys[row]), float(loss[row, column]))
