"""Loss and gradient at one point, and what two independent ways of differentiating say of them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from app.core.errors import SpecError
from app.core.interfaces import Array, Objective
from app.experiments.build import build_objective, layered, point_of
from app.experiments.chunks import cell_seconds
from app.experiments.events import Event
from app.experiments.oracles import EVALUATIONS, complex_step, finite_difference
from app.experiments.run import Slice, layer_table
from app.experiments.specs import DerivativesSpec

MAX_CHECKED = 1_000
PIECE_SECONDS = 0.02
PIECE_NUMBERS = 1_000_000


class Checked(NamedTuple):
    """What the oracles say of some coordinates of the gradient."""

    difference: Array
    difference_error: Array
    complex_step: Array


def advance_derivatives(spec: DerivativesSpec, state: tuple[Checked, ...] | None, budget: float) -> Slice:
    """A few coordinates at a time; a single ``result`` event once all are checked."""
    deadline = time.perf_counter() + budget
    objective = build_objective(spec.objective)
    theta = point_of(spec.objective, objective, spec.parameters, spec.seed)
    loss, gradient = _finite(objective, theta)
    some, length = checked_coordinates(objective), piece_length(objective)
    found = state or ()
    while len(found) * length < some.size:
        begin = len(found) * length
        found = (*found, check(objective, theta, some[begin : begin + length]))
        if time.perf_counter() >= deadline and len(found) * length < some.size:
            progress = Event("progress", {"step": len(found) * length, "of": int(some.size)})
            return Slice(found, [progress], False)
    reply = {"loss": loss, "gradient": gradient, "parameters": theta, "layers": _layers(objective, theta)}
    reply["checks"] = agreement(found, gradient[some])
    if spec.trace is not None:
        reply["trace"] = _trace(objective, theta, spec.trace.examples)
    return Slice(None, [Event("result", reply)], True)


def _finite(objective: Objective, theta: Array) -> tuple[float, Array]:
    with np.errstate(all="ignore"):
        loss, gradient = objective.value_and_gradient(theta)
    if not (np.isfinite(loss) and np.isfinite(gradient).all()):
        raise SpecError(
            "the loss or its gradient is not finite at these parameters; choose another point", "/parameters"
        )
    return float(loss), gradient


def checked_coordinates(objective: Objective) -> Array:
    """Every coordinate up to ``MAX_CHECKED``, evenly spaced ones above."""
    return np.unique(np.linspace(0, objective.dim - 1, min(objective.dim, MAX_CHECKED)).astype(int))


def piece_length(objective: Objective) -> int:
    """Coordinates checked at once: about ``PIECE_SECONDS`` of work and ``PIECE_NUMBERS`` numbers."""
    by_time = int(PIECE_SECONDS / (EVALUATIONS * cell_seconds(objective)))
    return max(1, min(256, by_time, PIECE_NUMBERS // objective.dim))


def check(objective: Objective, theta: Array, some: Array) -> Checked:
    """Both oracles on the coordinates ``some``."""
    with np.errstate(all="ignore"):
        return Checked(*finite_difference(objective, theta, some), complex_step(objective, theta, some))


def agreement(found: Sequence[Checked], gradient: Array) -> dict[str, dict[str, Any]]:
    """Largest disagreement of the gradient with each oracle, relative to its largest component."""
    difference, error, stepped = (np.concatenate(column) for column in zip(*found, strict=True))
    scale = float(np.abs(gradient).max()) or 1.0
    doubt = error[np.isfinite(error)]
    return {
        "finite_difference": _against(difference, gradient, scale)
        | {"estimated_relative_error": float(doubt.max() / scale) if doubt.size else None},
        "complex_step": _against(stepped, gradient, scale),
    }


def _against(values: Array, gradient: Array, scale: float) -> dict[str, Any]:
    difference = np.abs(values - gradient)
    usable = np.isfinite(difference)
    worst = float(difference[usable].max() / scale) if usable.any() else None
    return {"max_relative_error": worst, "coordinates": int(usable.sum()), "not_finite": int((~usable).sum())}


def _layers(objective: Objective, theta: Array) -> list[dict[str, Any]]:
    network = layered(objective)
    if network is None:
        return []
    _, _, gradient_norm, delta_norm = network.layer_norms(theta)
    table = layer_table(objective)
    return [
        row | {"gradient_norm": float(g), "delta_norm": float(d)}
        for row, g, d in zip(table, gradient_norm, delta_norm, strict=True)
    ]


def _trace(objective: Objective, theta: Array, examples: tuple[int, ...]) -> list[dict[str, Any]]:
    network = layered(objective)
    if network is None:
        raise SpecError("a surface has no layers to trace; leave trace out or choose a network", "/trace")
    beyond = [e for e in examples if not 0 <= e < network.examples]
    if beyond:
        raise SpecError(f"example {beyond[0]} must be between 0 and {network.examples - 1}", "/trace/examples")
    return network.trace(theta, np.array(examples))
