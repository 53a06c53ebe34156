"""A regularisation path: one exact optimum after the other, each warm-started from the last, over λ and over folds."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from app.core.interfaces import Array
from app.core.spec import kind_of
from app.experiments.events import Event
from app.experiments.linear_models import linear_problem
from app.experiments.path_specs import PathSpec
from app.experiments.run import Slice
from app.homotopy.folds import choose, folds, standard_error
from app.homotopy.optimum import TOLERANCE, minimise
from app.homotopy.path import Beginning, beginning, strengths
from app.homotopy.problem import Problem
from app.objectives.network import Network


class Leg(NamedTuple):
    """One path: of all training examples, or of those that a fold keeps."""

    problem: Problem
    held_out: Network | None
    begin: Beginning


class Prepared(NamedTuple):
    """What no slice changes: the network, the strengths, and the legs (the whole, then the folds)."""

    network: Network
    strengths: Array
    legs: tuple[Leg, ...]


class Point(NamedTuple):
    """An optimum on a leg."""

    theta: Array
    residual: float
    held_out: float


class PathState(NamedTuple):
    """The optima so far, leg after leg."""

    points: tuple[tuple[Point, ...], ...]


def advance_path(spec: PathSpec, state: PathState | None, budget: float) -> Slice:
    """Work for about ``budget`` seconds, one optimum at a time; ``path`` comes at the end.

    Raises:
        SpecError: the objective is not a linear model with one penalty.
    """
    deadline = time.perf_counter() + budget
    prepared = _prepared(spec)
    points = [list(leg) for leg in state.points] if state else [[] for _ in prepared.legs]
    events: list[Event] = []
    count = len(prepared.strengths)
    while (done := sum(map(len, points))) < count * len(points):
        leg = done // count
        points[leg].append(_next(prepared.legs[leg], prepared.strengths, points[leg]))
        events.append(Event("progress", {"step": done + 1, "of": count * len(points)}))
        if time.perf_counter() >= deadline:
            return Slice(PathState(tuple(map(tuple, points))), events, False)
    reply = Event("path", _reply(spec, prepared, points))
    return Slice(None, [*events, reply, Event("finished", {})], True)


@lru_cache(maxsize=2)
def _prepared(spec: PathSpec) -> Prepared:
    network, problem = linear_problem(spec.objective)
    whole = Leg(problem, network.test and network.test.unpenalised(), beginning(problem))
    if spec.strengths is None:
        values = strengths(whole.begin.first, spec.span, spec.count)
    else:
        values = np.array(sorted(set(spec.strengths), reverse=True))
    return Prepared(network, values, (whole, *_fold_legs(spec, problem)))


def _fold_legs(spec: PathSpec, problem: Problem) -> list[Leg]:
    if not spec.folds:
        return []
    pairs = folds(problem.loss.examples, min(spec.folds, problem.loss.examples), spec.seed)
    legs = []
    for kept, held_out in pairs:
        part = Problem.of(problem.loss.subset(kept), problem.penalty)
        legs.append(Leg(part, problem.loss.subset(held_out), beginning(part)))
    return legs


def _next(leg: Leg, values: Array, before: Sequence[Point]) -> Point:
    theta = before[-1].theta if before else leg.begin.theta
    found = minimise(leg.problem.at(float(values[len(before)])), theta)
    held_out = float(leg.held_out.value(found.theta)) if leg.held_out else np.nan
    return Point(found.theta, found.residual, held_out)


def _reply(spec: PathSpec, prepared: Prepared, points: Sequence[Sequence[Point]]) -> dict[str, Any]:
    """The reply of ``POST /api/paths``."""
    whole, problem = points[0], prepared.legs[0].problem
    theta = np.array([point.theta for point in whole])
    seen = problem.penalty.seen
    cv = np.array([[point.held_out for point in leg] for leg in points[1:]])
    return {
        "penalty": kind_of(type(spec.objective.regularisers[0])),
        "strengths": prepared.strengths,
        "critical": prepared.legs[0].begin.critical,
        "names": list(prepared.network.parameter_names(theta.shape[1])),
        "features": list(prepared.network.data.feature_names),
        "penalised": seen.astype(np.int32),
        "coefficients": theta,
        "gradient": problem.loss.value_and_gradient(theta)[1],
        "penalty_gradient": np.array(
            [_penalty_gradient(problem, *pair) for pair in zip(prepared.strengths, theta, strict=True)]
        ),
        "nonzero": (theta[:, seen] != 0).sum(axis=-1).astype(np.int32),
        "residual": np.array([point.residual for point in whole]),
        "tolerance": TOLERANCE * problem.scale,
        "train": _errors(prepared.network.unpenalised(), theta),
        "test": _errors(prepared.network.test.unpenalised(), theta) if prepared.network.test else None,
        "validation": _validation(cv) if len(cv) else None,
        "chosen": _chosen(cv, [point.held_out for point in whole]),
    }


def _penalty_gradient(problem: Problem, strength: float, theta: Array) -> Array:
    return problem.at(float(strength)).penalty.gradient(theta)


def _errors(network: Network, theta: Array) -> dict[str, Any]:
    """The loss without penalty and, of classes, the share put right, at each θ."""
    classes = network.data.task == "classification"
    return {"loss": network.value(theta), "accuracy": network.accuracy(theta) if classes else None}


def _validation(cv: Array) -> dict[str, Any]:
    return {"folds": len(cv), "mean": cv.mean(axis=0), "standard_error": standard_error(cv), "losses": cv}


def _chosen(cv: Array, held_out: Sequence[float]) -> dict[str, Any] | None:
    """Indices of the chosen strengths, and what chose them; None where nothing was held out."""
    if len(cv):
        return {"by": "cross-validation", **choose(cv.mean(axis=0), standard_error(cv))._asdict()}
    if np.isfinite(held_out).all():
        return {"by": "held-out examples", "minimum": int(np.argmin(held_out)), "one_standard_error": None}
    return None


def collect_path(events: Sequence[Event]) -> dict[str, Any]:
    """The data of the single ``path`` event."""
    (found,) = (event for event in events if event.kind == "path")
    return found.data
