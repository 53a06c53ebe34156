"""``simulate`` and ``advance``: a run is a pure function of its spec, computed in slices of any length."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from app.core.errors import SpecError
from app.core.interfaces import Array, Objective
from app.core.spec import kind_of
from app.experiments.build import build_objective, layered
from app.experiments.chunks import chunk_at
from app.experiments.curvature import check_curvature, curvature_events
from app.experiments.divergence import diverged_event
from app.experiments.early_stopping import check_early_stopping, check_noise, early_stop, watch_held_out
from app.experiments.events import Event, finite
from app.experiments.frames import check_scope, frames_event, remembered, take_leg
from app.experiments.grids import Grid, advance_grid
from app.experiments.identity import spec_hash
from app.experiments.inside import check_network, network_events
from app.experiments.precision import precision_of
from app.experiments.race import Racer, Track
from app.experiments.runaway import cut_of
from app.experiments.specs import RunSpec
from app.experiments.tempo import run_chunk
from app.experiments.view import Frame, run_frame
from app.objectives.network import NetworkSpec

MAX_NAMES = 64
MAX_FINAL = 20_000


class Prepared(NamedTuple):
    """What every slice of a run needs and no slice changes."""

    objective: Objective
    theta: Array
    frame: Frame
    tracks: tuple[Track, ...]
    limit: int


class RunState(NamedTuple):
    """Between two slices: the chunk's first step, whose turn it is, the racers, the landscape still to be drawn."""

    step: int
    turn: int
    racers: tuple[Racer, ...]
    grid: Grid | None


class Slice(NamedTuple):
    """What one slice gives back: the state for the next, the events so far, whether that was all."""

    state: Any
    events: list[Event]
    done: bool


@lru_cache(maxsize=8)
def prepare(spec: RunSpec) -> Prepared:
    """The objective, start, plane and tracks of a run.

    Raises:
        SpecError: the spec cannot be carried out; the pointer says which field.
    """
    objective = build_objective(spec.objective)
    theta, frame = run_frame(spec, objective)
    check_scope(spec.record.scope, objective)
    check_curvature(spec.record.curvature, objective)
    check_network(spec.record.network, objective)
    check_early_stopping(spec.early_stopping, objective)
    check_noise(spec.noise, objective)
    dtype = precision_of(spec, objective)
    run = spec.batch_size, spec.seed, spec.noise, dtype, spec.record.scope
    tracks = tuple(Track(objective, optimiser, *run) for optimiser in spec.optimisers)
    return Prepared(objective, theta, frame, tracks, run_chunk(spec, objective))


def advance(spec: RunSpec, state: RunState | None, budget: float) -> Slice:
    """Work for about ``budget`` seconds (always at least one piece of work) and stop between two pieces."""
    prepared = prepare(spec)
    deadline = time.perf_counter() + budget
    events: list[Event] = []
    if state is None:
        racers = tuple(_begin(prepared, run) for run in range(len(prepared.tracks)))
        state = RunState(0, 0, racers, _grid(spec, prepared))
        events.append(Event("started", _started(spec, prepared)))
    while True:
        state = _piece(spec, prepared, state, events)
        if _over(spec, state):
            return Slice(state, [*events, _finished(spec, state)], True)
        if time.perf_counter() >= deadline:
            return Slice(state, events, False)


def simulate(spec: RunSpec) -> Iterator[Event]:
    """All events of a run; deterministic in the spec."""
    state: RunState | None = None
    done = False
    while not done:
        state, events, done = advance(spec, state, 0.02)
        yield from events


def _begin(prepared: Prepared, run: int) -> Racer:
    try:
        return prepared.tracks[run].begin(prepared.theta)
    except SpecError as error:
        raise error.under(f"/optimisers/{run}") from error


def _over(spec: RunSpec, state: RunState) -> bool:
    return state.grid is None and _raced(spec, state)


def _raced(spec: RunSpec, state: RunState) -> bool:
    return state.step > spec.steps or all(racer.cut for racer in state.racers)


def _piece(spec: RunSpec, prepared: Prepared, state: RunState, events: list[Event]) -> RunState:
    """One racer's share of the current chunk; before the race the coarse landscape's rows, after it the fine one's."""
    if state.grid is not None and (state.grid.level == "coarse" or _raced(spec, state)):
        grid, event = advance_grid(prepared.objective, state.grid)
        events += [event] if event else []
        return state._replace(grid=grid)
    length = min(chunk_at(state.step, prepared.limit), spec.steps + 1 - state.step)
    racers = list(state.racers)
    if not racers[state.turn].cut:
        racers[state.turn] = _chunk(spec, prepared, state, length, events)
    if state.turn + 1 < len(racers):
        return state._replace(turn=state.turn + 1, racers=tuple(racers))
    if spec.record.every > 1:
        events.append(Event("progress", {"step": state.step + length - 1, "of": spec.steps}))
    return state._replace(step=state.step + length, turn=0, racers=tuple(racers))


def _chunk(spec: RunSpec, prepared: Prepared, state: RunState, length: int, events: list[Event]) -> Racer:
    run, track, racer = state.turn, prepared.tracks[state.turn], state.racers[state.turn]
    last = state.step + length > spec.steps
    curvature, inside = spec.record.curvature, spec.record.network
    watch = [measure.every for measure in (curvature, inside) if measure]
    leg = take_leg(track, racer, length, last, watch, spec.record.every)
    racer, (_, steps, seen, bad) = remembered(track, leg, last), leg
    count, whole = length if bad is None else bad[0], last and bad is None
    keep = _kept(spec.record.every, steps.first, count, last=whole)
    if keep.size:
        event = frames_event(run, steps, seen, keep, track, prepared.frame, spec.record.parameters)
        events.append(event)
    if curvature is not None:
        events += curvature_events(curvature, run, track, steps, count)
    if inside is not None:
        events += network_events(inside, run, track, steps, _kept(inside.every, steps.first, count, last=whole))
    if spec.early_stopping is not None:
        racer, stops = watch_held_out(spec.early_stopping, run, track, racer, steps, count)
        events += stops
    if bad is not None:
        racer = racer._replace(cut=cut_of(racer, steps.first + bad[0], bad[1], seen.loss[bad[0]]))
        events.append(diverged_event(run, track, racer, prepared.theta, spec.steps, spec.batch_size))
    return racer


def _kept(every: int, first: int, count: int, *, last: bool) -> Array:
    """Indices of the recorded steps of a chunk: every n-th, and the very last."""
    index = np.arange(count)
    return np.asarray(index[((first + index) % every == 0) | (last & (index == count - 1))])


def _grid(spec: RunSpec, prepared: Prepared) -> Grid | None:
    if spec.view is None or spec.view.resolution is None:
        return None
    return Grid.begin(prepared.objective, prepared.frame, spec.view.window, spec.view.resolution)


def completed(spec: RunSpec) -> RunSpec:
    """The spec with what the data decide (a network's loss) written out."""
    if not isinstance(spec.objective, NetworkSpec):
        return spec
    return spec.model_copy(update={"objective": spec.objective.completed()})


def _started(spec: RunSpec, prepared: Prepared) -> dict[str, Any]:
    network = layered(prepared.objective)
    return {
        "spec": completed(spec).model_dump(mode="json"),
        "hash": spec_hash("run", spec),
        "dim": prepared.objective.dim,
        "names": list(prepared.objective.parameter_names(MAX_NAMES)),
        "runs": [{"optimiser": o.model_dump(mode="json"), "title": o.title} for o in spec.optimisers],
        "layers": layer_table(prepared.objective),
        "labels": list(prepared.frame.directions.labels),
        "examples": network.examples if network else None,
        "start": prepared.theta if prepared.theta.size <= MAX_FINAL else None,
    }


def layer_table(objective: Objective) -> list[dict[str, Any]]:
    """Name, shape and number of parameters of each layer; empty for a surface."""
    network = layered(objective)
    rows = network.layers if network else ()
    return [{"name": r.name, "fan_in": r.fan_in, "fan_out": r.fan_out, "parameters": r.stop - r.start} for r in rows]


def _finished(spec: RunSpec, state: RunState) -> Event:
    pairs = zip(spec.optimisers, state.racers, strict=True)
    return Event("finished", {"runs": [_summary(kind_of(type(optimiser)), racer) for optimiser, racer in pairs]})


def _summary(kind: str, racer: Racer) -> dict[str, Any]:
    """How a racer ended; what it never had (it was cut at its start) is null, and so is what is not finite."""
    shown = racer.cut is None or racer.cut.step > 0
    loss, gradient_norm, final = racer.last
    best_loss = finite(racer.best[0])
    return {
        "optimiser": kind,
        "steps": racer.state.t if racer.cut is None else max(0, racer.cut.step - 1),
        "loss": finite(loss),
        "gradient_norm": finite(gradient_norm),
        "best_loss": best_loss,
        "best_step": None if best_loss is None else racer.best[1],
        "final": final if shown and final.size <= MAX_FINAL else None,
        "early_stop": early_stop(racer),
        "diverged": None if racer.cut is None else {"step": racer.cut.step, "reason": racer.cut.reason},
    }
