"""``advance_calibration``: replication by replication, step by step; a pure function of the spec."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from app.core.errors import SpecError
from app.core.inference import SamplerState
from app.core.interfaces import Array
from app.experiments.calibrations.replication import generator, prior_of, replicated
from app.experiments.calibrations.specs import CalibrationSpec
from app.experiments.calibrations.verdict import expected_range, verdict
from app.experiments.costs import Cost
from app.experiments.events import Event
from app.experiments.identity import spec_hash
from app.experiments.posteriors.job import STEP_SECONDS
from app.experiments.posteriors.setting import build_target
from app.experiments.run import MAX_NAMES, Slice


class CalibrationState(NamedTuple):
    """Between two slices.

    Attributes:
        ranks: of the replications that are done, ``(done, d)``.
        sampler: of the one under way, if it has begun.
        gradients: evaluations so far.
    """

    ranks: Array
    sampler: SamplerState | None
    gradients: int


def advance_calibration(spec: CalibrationSpec, state: CalibrationState | None, budget: float) -> Slice:
    """Work for about ``budget`` seconds and stop between two steps.

    Raises:
        SpecError: the target cannot be simulated, or the sampler does not suit it.
    """
    deadline = time.perf_counter() + budget
    events: list[Event] = []
    if state is None:
        dim = prior_of(spec).dim
        state = CalibrationState(np.empty((0, dim), dtype=np.int32), None, 0)
        events.append(Event("started", _started(spec, dim)))
    while len(state.ranks) < spec.replications:
        state = _stepped(spec, state, events)
        if time.perf_counter() >= deadline:
            break
    if len(state.ranks) < spec.replications:
        return Slice(state, events, False)
    names = build_target(spec.target).parameter_names(MAX_NAMES)
    events.append(Event("calibration", verdict(spec, names, state.ranks) | {"gradients": state.gradients}))
    return Slice(None, [*events, Event("finished", {})], True)


def _started(spec: CalibrationSpec, dim: int) -> dict[str, Any]:
    names = list(build_target(spec.target).parameter_names(MAX_NAMES))
    hashed = spec_hash("calibration", spec)
    return {"spec": spec.model_dump(mode="json"), "hash": hashed, "dim": dim, "names": names}


def _stepped(spec: CalibrationSpec, state: CalibrationState, events: list[Event]) -> CalibrationState:
    """One step of all chains of the replication under way; after the last, its ranks."""
    number = len(state.ranks)
    replication = replicated(spec, number)
    at = state.sampler or _begun(spec, number)
    following, info = spec.sampler.step(replication.target, at, generator(spec.seed, number, at.t + 1))
    if at.t < spec.warm_up:
        following = spec.sampler.adapt(following, info, at.t, spec.warm_up)
    state = state._replace(sampler=following, gradients=state.gradients + int(info.gradients.sum()))
    if following.t < spec.warm_up + spec.steps:
        return state
    rank = (following.theta < replication.truth).sum(axis=0).astype(np.int32)
    events.append(Event("rank", {"replication": number, "rank": rank, "truth": replication.truth}))
    so_far = {"step": number + 1, "of": spec.replications, "expected_range": expected_range(number + 1, spec.bins)}
    events.append(Event("progress", so_far))
    return state._replace(ranks=np.vstack([state.ranks, rank]), sampler=None)


def _begun(spec: CalibrationSpec, number: int) -> SamplerState:
    replication = replicated(spec, number)
    try:
        return spec.sampler.init(replication.target, replication.starts, generator(spec.seed, number, 0))
    except SpecError as error:
        pointer = {"/chains": "/draws", "/start": "/target"}.get(error.pointer, "/sampler" + error.pointer)
        raise SpecError(error.message, pointer) from error


def calibration_cost(spec: CalibrationSpec) -> Cost:
    """Replications × steps × chains.

    Raises:
        SpecError: the target cannot be simulated.
    """
    target, dim = build_target(spec.target), prior_of(spec).dim
    a_step = STEP_SECONDS + spec.draws * spec.sampler.gradients_per_step(dim) * target.facts.seconds
    seconds = spec.replications * (spec.warm_up + spec.steps) * a_step
    return Cost(seconds, 20_000_000, "fewer replications, steps, warm-up steps or draws, or a smaller data set")


def collect_calibration(events: Sequence[Event]) -> dict[str, Any]:
    """The spec and the verdict."""
    by_kind = {event.kind: event.data for event in events}
    return by_kind["started"] | by_kind["calibration"]
