"""``LandscapeSpec`` in slices: the paths of a run first (where one is given), then a coarse grid, then the fine one."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from app.core.errors import SpecError
from app.core.interfaces import Array, Objective
from app.experiments.build import build_objective, layered, starting_point
from app.experiments.events import Event, Holey
from app.experiments.grids import coarse_of, grid_event, rows, window_of
from app.experiments.run import Slice, prepare
from app.experiments.specs import LandscapeSpec
from app.experiments.trajectory import Path, path_of
from app.experiments.view import Frame, resolve
from app.landscapes.planes.pca import PcaPlane

CELLS_AT_ONCE = 2_000


class LandscapeState(NamedTuple):
    """Paths found so far, then the plane, then the grid being filled: level, next row, loss."""

    paths: tuple[Path, ...]
    frame: Frame | None
    window: tuple[float, ...]
    level: str
    row: int
    loss: Array


def advance_landscape(spec: LandscapeSpec, state: LandscapeState | None, budget: float) -> Slice:
    """Work for about ``budget`` seconds; one optimiser's path or a few rows at a time."""
    deadline = time.perf_counter() + budget
    objective = _objective(spec)
    events: list[Event] = []
    if state is None:
        state = LandscapeState((), None, (), "coarse", 0, np.empty((0, 0)))
    while True:
        state, done = _piece(spec, objective, state, events)
        if done or time.perf_counter() >= deadline:
            return Slice(state, events, done)


@lru_cache(maxsize=8)
def _objective(spec: LandscapeSpec) -> Objective:
    objective = build_objective(spec.objective)
    if spec.precision == "float32" and layered(objective) is None:
        raise SpecError("float32 is for networks; an analytic surface is computed in float64", "/precision")
    if isinstance(spec.plane, PcaPlane) and spec.run is None:
        raise SpecError('pca is fitted to a run; add "run" with the RunSpec whose path it shall show', "/plane")
    return objective


def _piece(
    spec: LandscapeSpec, objective: Objective, state: LandscapeState, events: list[Event]
) -> tuple[LandscapeState, bool]:
    if spec.run is not None and len(state.paths) < len(spec.run.optimisers):
        return _one_path(spec, state, events), False
    if state.frame is None:
        return _framed(spec, objective, state), False
    return _some_rows(spec, objective, state, events)


def _one_path(spec: LandscapeSpec, state: LandscapeState, events: list[Event]) -> LandscapeState:
    assert spec.run is not None
    paths = (*state.paths, path_of(spec.run, prepare(spec.run), len(state.paths)))
    events.append(Event("progress", {"step": len(paths), "of": len(spec.run.optimisers), "what": "paths"}))
    return state._replace(paths=paths)


def _framed(spec: LandscapeSpec, objective: Objective, state: LandscapeState) -> LandscapeState:
    points = np.concatenate([path.theta for path in state.paths]) if state.paths else None
    frame = resolve(spec.objective, objective, spec.plane, _origin(spec, objective, state), points, "/plane")
    path = None if points is None else frame.coordinates(points)
    window = window_of(objective, frame, spec.window, path)
    columns, lines = _size(spec, state._replace(frame=frame))
    return state._replace(frame=frame, window=window, loss=np.empty((lines, columns), dtype=spec.precision))


def _origin(spec: LandscapeSpec, objective: Objective, state: LandscapeState) -> Array:
    if spec.origin == "final":
        return np.asarray(state.paths[0].theta[-1])
    if layered(objective) is None and spec.origin is None:
        return np.zeros(objective.dim)
    start = spec.origin if spec.origin is not None or spec.run is None else spec.run.start
    seed = spec.run.seed if spec.run is not None else spec.seed
    try:
        return starting_point(spec.objective, objective, start, seed)
    except SpecError as error:
        raise SpecError(error.message, error.pointer.replace("/start", "/origin", 1)) from error


def _size(spec: LandscapeSpec, state: LandscapeState) -> tuple[int, int]:
    assert state.frame is not None
    line = state.frame.directions.y is None
    columns, lines = coarse_of(spec.resolution) if state.level == "coarse" else spec.resolution
    return columns, 1 if line else lines


def _some_rows(
    spec: LandscapeSpec, objective: Objective, state: LandscapeState, events: list[Event]
) -> tuple[LandscapeState, bool]:
    assert state.frame is not None
    lines, columns = state.loss.shape
    some = slice(state.row, min(lines, state.row + max(1, CELLS_AT_ONCE // columns)))
    loss = state.loss.copy()
    loss[some] = rows(objective, state.frame, state.window, (columns, lines), some, loss.dtype)
    state = state._replace(row=some.stop, loss=loss)
    if state.row < lines:
        return state, False
    return _level_done(spec, objective, state, events)


def _level_done(
    spec: LandscapeSpec, objective: Objective, state: LandscapeState, events: list[Event]
) -> tuple[LandscapeState, bool]:
    assert state.frame is not None
    fine = state.level == "fine" or _size(spec, state) == _size(spec, state._replace(level="fine"))
    event = grid_event(objective, state.frame, state.window, state.loss, "fine" if fine else "coarse")
    event.data["paths"] = [_path(objective, state.frame, run, path) for run, path in enumerate(state.paths)]
    events.append(event)
    if fine:
        events.append(Event("finished", {}))
        return state, True
    state = state._replace(level="fine", row=0)
    columns, lines = _size(spec, state)
    return state._replace(loss=np.empty((lines, columns), dtype=spec.precision)), False


def _path(objective: Objective, frame: Frame, run: int, path: Path) -> dict[str, Any]:
    position = frame.coordinates(path.theta)
    with np.errstate(all="ignore"):
        slice_loss = objective.value(frame.lift(position))
    return {
        "run": run,
        "step": path.step.astype(np.int32),
        "position": position,
        "loss": path.loss,
        "slice_loss": Holey(slice_loss),
        "captured": frame.captured(path.theta),
    }
