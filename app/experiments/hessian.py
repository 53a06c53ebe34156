"""The curvature at one point: eigenvalues, trace, kind of point, matrix and spectral density, piece by piece."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any, NamedTuple

import numpy as np

from app.core.errors import SpecError
from app.core.interfaces import Array, Objective
from app.curvature.blocks import layer_blocks
from app.curvature.critical import is_critical, signs
from app.curvature.density import probed
from app.curvature.eigen import Eigenpairs, ends, extreme, spectrum
from app.curvature.lanczos import Quadrature
from app.curvature.products import Product, product_at
from app.curvature.trace import Trace, hutch_plus_plus
from app.experiments.build import build_objective, layered, point_of
from app.experiments.chunks import step_seconds
from app.experiments.events import Event, Single
from app.experiments.gauss_newton import GaussNewton, by_products, dense, gauss_newton_reply, model_of
from app.experiments.hessian_limits import Ask, ask_of
from app.experiments.model_steps import frame_of, osculating, steps_reply
from app.experiments.run import MAX_FINAL, Slice
from app.experiments.specs import HessianSpec
from app.experiments.spectral_density import Region, density_reply, regions_of
from app.experiments.view import Frame

END_SECONDS = 20.0
"""About how long the eigenvalues of one end may take: their piece cannot be cut, and a slice that hangs is stopped."""


class HessianState(NamedTuple):
    """How many pieces are done, and what they found."""

    done: int
    pairs: Eigenpairs | None
    trace: Trace | None
    gauss_newton: GaussNewton | None
    quadratures: tuple[Quadrature, ...]


class Point(NamedTuple):
    """What every piece needs and none changes."""

    objective: Objective
    theta: Array
    loss: float
    gradient_norm: float
    product: Product
    ask: Ask
    regions: tuple[Region, ...]
    frame: Frame | None


Piece = Callable[[HessianState], HessianState]


def advance_hessian(spec: HessianSpec, state: HessianState | None, budget: float) -> Slice:
    """Work for about ``budget`` seconds, one piece at a time: the eigenvalues, the trace, each probe of the density.

    The last piece makes the ``hessian`` event; every other one a ``progress`` event.

    Raises:
        SpecError: a wrong number of parameters, more eigenvalues than parameters, a matrix or a spectrum that is too
            large, or a point where the loss, the gradient or the Hessian is not finite.
    """
    deadline = time.perf_counter() + budget
    point = _at(spec)
    pieces = _plan(spec, point)
    state = state or HessianState(0, None, None, None, ())
    events: list[Event] = []
    while state.done < len(pieces):
        state = pieces[state.done](state)._replace(done=state.done + 1)
        events.append(Event("progress", {"step": state.done, "of": len(pieces) + 1}))
        if time.perf_counter() >= deadline:
            return Slice(state, events, False)
    return Slice(None, [*events, Event("hessian", _reply(spec, point, state)), Event("finished", {})], True)


@lru_cache(maxsize=2)
def _at(spec: HessianSpec) -> Point:
    objective = build_objective(spec.objective)
    ask = ask_of(spec, objective.dim)
    theta = point_of(spec.objective, objective, spec.parameters, spec.seed)
    with np.errstate(all="ignore"):
        loss, gradient = objective.value_and_gradient(theta)
        product = product_at(objective, theta)
        finite = np.isfinite(loss) and np.isfinite(gradient).all() and np.isfinite(product(np.ones(theta.size))).all()
    if not finite:
        raise SpecError(
            "the loss, its gradient or its Hessian is not finite at these parameters; choose another point",
            "/parameters",
        )
    if spec.gauss_newton:
        model_of(objective)
    norm = float(np.linalg.norm(gradient))
    frame = frame_of(spec, objective, theta) if spec.steps else None
    return Point(objective, theta, float(loss), norm, product, ask, regions_of(objective, spec.density), frame)


def _plan(spec: HessianSpec, point: Point) -> tuple[Piece, ...]:
    """All pieces but the last; a whole spectrum needs no others."""
    ask = point.ask
    if ask.whole:
        return ()
    pieces: list[Piece] = [partial(_eigenvalues, point)] if ask.top + ask.bottom or spec.gauss_newton else []
    pieces += [partial(_gauss_newton, point)] if spec.gauss_newton and not spec.matrix else []
    pieces += [] if spec.matrix else [partial(_trace, point)]
    if spec.density is not None:
        for region in point.regions:
            pieces += [partial(_probe, spec, point, region, i) for i in range(region.probes)]
    return tuple(pieces)


def _eigenvalues(point: Point, state: HessianState) -> HessianState:
    """Both ends, whichever were asked for: the signs of both say what kind of point it is."""
    top, bottom = max(1, point.ask.top), max(1, point.ask.bottom)
    return state._replace(pairs=extreme(point.product, point.objective.dim, top, bottom, products=_products(point)))


def _gauss_newton(point: Point, state: HessianState) -> HessianState:
    top, bottom = max(1, point.ask.top), max(1, point.ask.bottom)
    found = by_products(point.objective, point.theta, point.product, top, bottom, _products(point))
    return state._replace(gauss_newton=found)


def _products(point: Point) -> int:
    return max(100, int(END_SECONDS / (2 * step_seconds(point.objective))))


def _trace(point: Point, state: HessianState) -> HessianState:
    return state._replace(trace=hutch_plus_plus(point.product, point.objective.dim))


def _probe(spec: HessianSpec, point: Point, region: Region, number: int, state: HessianState) -> HessianState:
    assert spec.density is not None
    product = region.within(point.product, point.objective.dim)
    found = probed(product, region.size, region.probes, number, spec.density.steps)
    return state._replace(quadratures=(*state.quadratures, found))


def _reply(spec: HessianSpec, point: Point, state: HessianState) -> dict[str, Any]:
    """The reply of ``POST /api/hessian``."""
    ask = point.ask
    hessian = point.objective.hessian(point.theta) if ask.whole or spec.matrix else None
    trace = state.trace if hessian is None else Trace(float(np.trace(hessian)), 0.0)
    assert trace is not None
    pairs = spectrum(hessian) if ask.whole and hessian is not None else state.pairs
    reply = _facts(point, trace) | _eigen(spec, point, pairs)
    if hessian is not None:
        reply["blocks"] = _blocks(point.objective, hessian)
    if spec.matrix:
        reply["matrix"] = Single(hessian) if hessian is not None else None
        reply["names"] = list(point.objective.parameter_names(point.objective.dim))
    if spec.density is not None:
        whole = pairs.values if ask.whole and pairs is not None else None
        reply["density"] = density_reply(spec.density, point.regions, state.quadratures, whole, hessian)
    return reply | _parts(spec, point, state, pairs, hessian)


def _parts(
    spec: HessianSpec, point: Point, state: HessianState, pairs: Eigenpairs | None, hessian: Array | None
) -> dict[str, Any]:
    """What is made of the eigenpairs on request: the Gauss–Newton part beside them, the steps they suggest."""
    found: dict[str, Any] = {}
    if pairs is None:
        return found
    if spec.gauss_newton:
        part = state.gauss_newton if hessian is None else dense(point.objective, point.theta, hessian)
        assert part is not None
        found["gauss_newton"] = gauss_newton_reply(part, pairs, point.ask.top, point.ask.bottom)
    if spec.steps:
        model, tolerance = osculating(point.objective, point.theta, pairs), signs(pairs, point.theta.size, spec.flat)
        found["steps"] = steps_reply(point.objective, point.theta, model, point.frame, tolerance.tolerance)
    return found


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
