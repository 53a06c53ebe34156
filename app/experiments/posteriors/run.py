"""``advance_posterior``: methods take turns, piece by piece, on one density; a pure function of the spec."""

from __future__ import annotations

import time
from typing import Any, NamedTuple

import numpy as np

from app.core.errors import SpecError
from app.core.inference import Reference, Sampler
from app.core.spec import kind_of
from app.experiments.events import Event
from app.experiments.identity import spec_hash
from app.experiments.posteriors.answers import answer, plain_facts, reference_document
from app.experiments.posteriors.chains import ChainsState, begin_chains, piece_of_chains
from app.experiments.posteriors.divergences import Divergences, without_divergences
from app.experiments.posteriors.predicted import predicted_document
from app.experiments.posteriors.predictive import data_document, predictive_document, without_predictive
from app.experiments.posteriors.setting import Setting, build_target, setting_of
from app.experiments.posteriors.sheets import sheets_event, without_sheets
from app.experiments.posteriors.specs import AnyMethod, PosteriorSpec
from app.experiments.posteriors.works import WorkState, begin_work, piece_of_work
from app.experiments.run import MAX_NAMES, Slice

MethodState = ChainsState | WorkState


class PosteriorState(NamedTuple):
    """Between two slices: the reference, each method's state and whether it is done, and whose turn it is."""

    reference: Reference | None
    methods: tuple[MethodState, ...]
    done: tuple[bool, ...]
    turn: int
    pieces: int


def advance_posterior(spec: PosteriorSpec, state: PosteriorState | None, budget: float) -> Slice:
    """Work for about ``budget`` seconds (always at least one piece) and stop between two pieces.

    Chains that fly off are holes in what is sent, and no cause for warnings.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        return _advanced(spec, state, budget)


def _advanced(spec: PosteriorSpec, state: PosteriorState | None, budget: float) -> Slice:
    deadline = time.perf_counter() + budget
    events: list[Event] = []
    if state is None:
        state = _begin(spec, events)
    setting = setting_of(spec, state.reference)
    while not all(state.done):
        state = _piece(setting, state, events)
        if time.perf_counter() >= deadline:
            break
    if not all(state.done):
        return Slice(state, events, False)
    return Slice(state, [*events, _finished(setting, state)], True)


def _begin(spec: PosteriorSpec, events: list[Event]) -> PosteriorState:
    reference = build_target(spec.target).reference()
    setting = setting_of(spec, reference)
    states = tuple(_started_method(setting, which) for which in range(len(spec.methods)))
    events.append(Event("started", _started(setting)))
    if spec.sheets is not None and without_sheets(setting) is None:
        events.append(sheets_event(setting, spec.sheets))
    return PosteriorState(reference, states, (False,) * len(states), 0, 0)


def _started_method(setting: Setting, which: int) -> MethodState:
    method = setting.spec.methods[which]
    try:
        if isinstance(method, Sampler):
            return begin_chains(setting, which, method)
        return begin_work(setting, which, method)
    except SpecError as error:
        raise error if error.pointer == "/start" else error.under(f"/methods/{which}") from error


def _piece(setting: Setting, state: PosteriorState, events: list[Event]) -> PosteriorState:
    """One method's piece; then it is the next one's turn that is not done."""
    which = state.turn
    method, inner = setting.spec.methods[which], state.methods[which]
    if isinstance(inner, ChainsState):
        assert isinstance(method, Sampler)
        inner, found, over = piece_of_chains(setting, which, method, inner)
    else:
        assert not isinstance(method, Sampler)
        inner, found, over = piece_of_work(setting, which, method, inner)
    events += found
    events.append(Event("progress", {"method": which, **_progress(setting, which, inner)}))
    done = _with(state.done, which, over)
    methods = _with(state.methods, which, inner)
    return PosteriorState(state.reference, methods, done, _next(done, which), state.pieces + 1)


def _with(items: tuple[Any, ...], which: int, item: Any) -> tuple[Any, ...]:
    return (*items[:which], item, *items[which + 1 :])


def _next(done: tuple[bool, ...], turn: int) -> int:
    """The first after ``turn``, in a circle, that is not done; ``turn`` where all are."""
    circle = [*range(turn + 1, len(done)), *range(turn + 1)]
    return next((which for which in circle if not done[which]), turn)


def _progress(setting: Setting, which: int, inner: MethodState) -> dict[str, int]:
    if isinstance(inner, ChainsState):
        return {"step": inner.sampler.t, "of": setting.spec.warm_up + setting.spec.draws}
    method = setting.spec.methods[which]
    assert not isinstance(method, Sampler)
    return {"step": inner.t, "of": method.steps(setting.target)}


def _started(setting: Setting) -> dict[str, Any]:
    spec, target = setting.spec, setting.target
    names = list(target.parameter_names(MAX_NAMES))
    transform = target.facts.transform
    return {
        "spec": spec.model_dump(mode="json"),
        "hash": spec_hash("posterior", spec),
        "dim": target.dim,
        "names": names,
        "natural_names": list(transform.names[:MAX_NAMES]) if transform else None,
        "methods": [_described(setting, method) for method in spec.methods],
        "view": list(setting.view),
        "labels": [target.parameter_names(max(setting.view) + 1)[i] for i in setting.view],
        "window": [float(edge) for i in setting.view for edge in target.box[i]],
        "reference": reference_document(setting.reference),
        "reference_note": None if setting.reference else target.facts.note,
        "left_out": {
            "sheets": without_sheets(setting),
            "predictive": without_predictive(setting),
            "divergences": without_divergences(setting),
        },
        "data": data_document(setting),
    }


def _described(setting: Setting, method: AnyMethod) -> dict[str, Any]:
    return {
        "method": method.model_dump(mode="json"),
        "title": method.title,
        "family": "sampler" if isinstance(method, Sampler) else "integrator",
        "trustworthy": method.keeps_target if isinstance(method, Sampler) else method.trustworthy,
        "predicted": predicted_document(setting, method),
    }


def _finished(setting: Setting, state: PosteriorState) -> Event:
    divergences = Divergences.of(setting)
    rows = [_summary(setting, state, which, divergences) for which in range(len(state.methods))]
    matches = divergences and divergences.moment_matches()
    return Event(
        "finished",
        {"reference": reference_document(setting.reference), "moment_matches": matches, "methods": rows},
    )


def _summary(setting: Setting, state: PosteriorState, which: int, divergences: Divergences | None) -> dict[str, Any]:
    inner, method = state.methods[which], setting.spec.methods[which]
    told = answer(inner.estimate, setting.reference)
    if isinstance(inner, ChainsState):
        told["diagnostics"] |= plain_facts(inner.facts)
    predictive = predictive_document(setting, which, inner) if setting.spec.predictive else None
    told["divergences"] = divergences and divergences.of_estimate(method, inner.estimate)
    return {"kind": kind_of(type(method)), **told, "predictive": predictive}
