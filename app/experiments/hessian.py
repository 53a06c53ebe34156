"""The curvature at one point: eigenvalues, trace, kind of point, matrix and spectral density, piece by piece."""

from __future__ import annotations

import time
from typing import Any, NamedTuple

import numpy as np

from app.core.interfaces import Array, Objective
from app.curvature.blocks import layer_blocks
from app.curvature.critical import is_critical, signs
from app.curvature.eigen import Eigenpairs, ends
from app.curvature.trace import Trace
from app.experiments.build import layered
from app.experiments.events import Event, Single
from app.experiments.gauss_newton import gauss_newton_reply
from app.experiments.hessian_limits import Ask
from app.experiments.hessian_stages import Found, Point, Stage, plan, point_at
from app.experiments.model_steps import osculating, steps_reply
from app.experiments.run import MAX_FINAL, Slice
from app.experiments.specs import HessianSpec
from app.experiments.spectral_density import density_reply

NEWS = 25
"""Pieces of one stage between two ``progress`` events."""


class HessianState(NamedTuple):
    """How many stages are done and what they found; of the one under way, its pieces so far and its state."""

    done: int
    found: Found
    pieces: int
    inner: Any


def advance_hessian(spec: HessianSpec, state: HessianState | None, budget: float) -> Slice:
    """Work for about ``budget`` seconds, one piece at a time; the last makes the ``hessian`` event.

    Each stage ends with a ``progress`` event, and long ones send some on their way.

    Raises:
        SpecError: a wrong number of parameters, more eigenvalues than parameters, a matrix or a spectrum that is too
            large, or a point where the loss, the gradient or the Hessian is not finite.
    """
    deadline = time.perf_counter() + budget
    point = point_at(spec)
    stages = plan(spec)
    state = state or HessianState(0, Found(), 0, None)
    events: list[Event] = []
    while state.done < len(stages):
        state = _piece(stages[state.done], state)
        if state.pieces % NEWS == 0:
            events.append(_progress(stages, state))
        if time.perf_counter() >= deadline:
            return Slice(state, events, False)
    return Slice(None, [*events, Event("hessian", _reply(spec, point, state.found)), Event("finished", {})], True)


def _piece(stage: Stage, state: HessianState) -> HessianState:
    """One piece of a stage; its state is made anew in each slice's first, so that nothing but arrays is kept."""
    work = stage.work(state.found)
    inner = work.advance(work.begin() if state.pieces == 0 else state.inner)
    result = work.result(inner)
    if result is None:
        return state._replace(pieces=state.pieces + 1, inner=inner)
    return HessianState(state.done + 1, stage.keep(state.found, result), 0, None)


def _progress(stages: tuple[Stage, ...], state: HessianState) -> Event:
    """After a stage: which it was; within one: how many pieces of it are done."""
    stage = stages[state.done if state.pieces else state.done - 1]
    return Event(
        "progress", {"step": state.done, "of": len(stages) + 1, "what": stage.what, "pieces": state.pieces or None}
    )


def _reply(spec: HessianSpec, point: Point, found: Found) -> dict[str, Any]:
    """The reply of ``POST /api/hessian``."""
    hessian = found.hessian
    trace = found.trace if hessian is None else Trace(float(np.trace(hessian)), 0.0)
    assert trace is not None
    reply = _facts(point, trace) | _eigen(spec, point, found.pairs)
    if hessian is not None:
        reply["blocks"] = _blocks(point.objective, hessian)
    if spec.matrix:
        reply["matrix"] = Single(hessian) if hessian is not None else None
        reply["names"] = list(point.objective.parameter_names(point.objective.dim))
    if spec.density is not None:
        whole = found.pairs.values if point.ask.whole and found.pairs is not None else None
        reply["density"] = density_reply(spec.density, point.regions, found.quadratures, whole, hessian)
    return reply | _parts(spec, point, found)


def _parts(spec: HessianSpec, point: Point, found: Found) -> dict[str, Any]:
    """What is made of the eigenpairs on request: the Gauss–Newton part beside them, the steps they suggest."""
    parts: dict[str, Any] = {}
    pairs, gauss_newton = found.pairs, found.gauss_newton()
    if gauss_newton is not None and pairs is not None:
        parts["gauss_newton"] = gauss_newton_reply(gauss_newton, pairs, point.ask.top, point.ask.bottom)
    if spec.steps and pairs is not None:
        model, tolerance = osculating(point.objective, point.theta, pairs), signs(pairs, point.theta.size, spec.flat)
        parts["steps"] = steps_reply(point.objective, point.theta, model, point.frame, tolerance.tolerance)
    return parts


def _facts(point: Point, trace: Trace) -> dict[str, Any]:
    return {
        "dim": point.objective.dim,
        "parameters": point.theta if point.theta.size <= MAX_FINAL else None,
        "loss": point.loss,
        "gradient_norm": point.gradient_norm,
        "trace": trace.value,
        "trace_standard_error": trace.standard_error,
        "exact": point.ask.whole,
    }


def _eigen(spec: HessianSpec, point: Point, pairs: Eigenpairs | None) -> dict[str, Any]:
    known = pairs or Eigenpairs(np.empty(0), np.empty((0, point.theta.size)), np.empty(0), 0, 0, 0)
    sign = signs(known, point.objective.dim, spec.flat)
    critical = is_critical(point.gradient_norm, known.values, point.theta) if known.values.size else None
    shown = _shown(known, point.ask)
    found = {
        "eigenvalues": shown.values,
        "residuals": shown.residuals,
        "top": shown.top,
        "bottom": shown.bottom,
        "unconverged": shown.unconverged,
        "index": sign.negative,
        "zero": sign.zero,
        "zero_within": sign.tolerance,
        "kind": sign.kind,
        "critical": critical,
    }
    return found | ({"vectors": shown.vectors} if spec.vectors else {})


def _shown(known: Eigenpairs, ask: Ask) -> Eigenpairs:
    """What was asked for, out of what was found."""
    if ask.whole:
        return ends(known, ask.top, ask.bottom)
    top, bottom = min(known.top, ask.top), min(known.bottom, ask.bottom)
    return ends(known, top, bottom)._replace(top=top, bottom=bottom, unconverged=ask.top + ask.bottom - top - bottom)


def _blocks(objective: Objective, hessian: Array) -> dict[str, Any] | None:
    network = layered(objective)
    return None if network is None else layer_blocks(hessian, network.layers)._asdict()
