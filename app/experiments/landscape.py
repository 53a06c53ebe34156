"""``LandscapeSpec`` in slices: the paths of a run first (where one is given), then a coarse grid, then the fine one."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from app.core.errors import SpecError
from app.core.interfaces import Array, Objective
from app.experiments.build import build_objective, starting_point
from app.experiments.events import Event, Holey
from app.experiments.grids import Grid, advance_grid
from app.experiments.precision import check_single
from app.experiments.run import Slice, prepare
from app.experiments.specs import LandscapeSpec, RunSpec
from app.experiments.trajectory import Path, Walk, advance_walk, begin_walk, walked
from app.experiments.view import Frame, in_plane, resolve
from app.landscapes.planes.pca import PcaPlane


class LandscapeState(NamedTuple):
    """The paths walked so far and the one being walked, then the grid being filled."""

    paths: tuple[Path, ...]
    walk: Walk | None
    grid: Grid | None


def advance_landscape(spec: LandscapeSpec, state: LandscapeState | None, budget: float) -> Slice:
    """Work for about ``budget`` seconds; one optimiser's path or a tile of the grid at a time."""
    deadline = time.perf_counter() + budget
    objective = _objective(spec)
    events: list[Event] = []
    if state is None:
        state = LandscapeState((), None, None)
    while True:
        state, done = _piece(spec, objective, state, events)
        if done or time.perf_counter() >= deadline:
            return Slice(state, events, done)


@lru_cache(maxsize=8)
def _objective(spec: LandscapeSpec) -> Objective:
    objective = build_objective(spec.objective)
    if spec.precision == "float32":
        check_single(objective)
    if spec.run is not None and spec.run.objective != spec.objective:
        raise SpecError("run.objective must be the landscape's own; send the same JSON in both", "/run/objective")
    if spec.origin == "final" and spec.run is None:
        raise SpecError('origin "final" needs a run; add the run, or give the origin\'s parameters', "/origin")
    if isinstance(spec.plane, PcaPlane) and spec.run is None:
        raise SpecError('pca is fitted to a run; add "run" with the RunSpec whose path it shall show', "/plane")
    return objective


def _piece(
    spec: LandscapeSpec, objective: Objective, state: LandscapeState, events: list[Event]
) -> tuple[LandscapeState, bool]:
    if spec.run is not None and len(state.paths) < len(spec.run.optimisers):
        return _walked(walked(spec.run, objective.dim), state, events), False
    if state.grid is None:
        return _framed(spec, objective, state), False
    grid, event = advance_grid(objective, state.grid)
    if event is not None:
        event.data["paths"] = [_path(objective, state.grid.frame, run, path) for run, path in enumerate(state.paths)]
        events.append(event)
    if grid is None:
        events.append(Event("finished", {}))
    return state._replace(grid=grid), grid is None


def _walked(run: RunSpec, state: LandscapeState, events: list[Event]) -> LandscapeState:
    """One chunk of the path of the next optimiser."""
    prepared, which = prepare(run), len(state.paths)
    walk = advance_walk(run, prepared, which, state.walk or begin_walk(prepared, which))
    if isinstance(walk, Walk):
        return state._replace(walk=walk)
    events.append(Event("progress", {"step": which + 1, "of": len(run.optimisers), "what": "paths"}))
    return LandscapeState((*state.paths, walk), None, None)


def _framed(spec: LandscapeSpec, objective: Objective, state: LandscapeState) -> LandscapeState:
    points = np.concatenate([path.theta for path in state.paths]) if state.paths else None
    frame = resolve(spec.objective, objective, spec.plane, _origin(spec, objective, state), points, "/plane")
    path = None if points is None else frame.coordinates(points)
    grid = Grid.begin(objective, frame, spec.window, spec.resolution, spec.precision, path)
    return state._replace(grid=grid)


def _origin(spec: LandscapeSpec, objective: Objective, state: LandscapeState) -> Array:
    if spec.origin == "final":
        if not len(state.paths[0].theta):
            raise SpecError("the run ended at its start, where the loss is not finite; choose another start", "/origin")
        return np.asarray(state.paths[0].theta[-1])
    if in_plane(objective) and spec.origin is None and not (spec.plane and spec.plane.local):
        return np.zeros(objective.dim)
    start = spec.origin if spec.origin is not None or spec.run is None else spec.run.start
    seed = spec.run.seed if spec.run is not None else spec.seed
    try:
        return starting_point(spec.objective, objective, start, seed)
    except SpecError as error:
        raise SpecError(error.message, error.pointer.replace("/start", "/origin", 1)) from error


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
