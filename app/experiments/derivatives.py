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
from app.experiments.microscope import Microscope, Spectra, microscope, seen, stretched
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


class Progress(NamedTuple):
    """Between two slices: the coordinates checked so far, and the examples whose Jacobians are decomposed."""

    found: tuple[Checked, ...] = ()
    spectra: tuple[Spectra, ...] = ()

    @property
    def pieces(self) -> int:
        """How many are done."""
        return len(self.found) + len(self.spectra)


def advance_derivatives(spec: DerivativesSpec, state: Progress | None, budget: float) -> Slice:
    """A few coordinates, or the Jacobians of one example, at a time; a single ``result`` event once all are done."""
    deadline = time.perf_counter() + budget
    objective = build_objective(spec.objective)
    theta = point_of(spec.objective, objective, spec.parameters, spec.seed)
    loss, gradient, layers = _finite(objective, theta)
    scope, some = microscope(spec, objective, theta), checked_coordinates(spec, objective)
    checks = -(-some.size // piece_length(objective))
    pieces = checks + (len(scope.examples) if scope and spec.jacobian else 0)
    done = state or Progress()
    while done.pieces < pieces:
        done = _piece(objective, theta, some, scope if done.pieces >= checks else None, done)
        if time.perf_counter() >= deadline and done.pieces < pieces:
            return Slice(done, [Event("progress", {"step": done.pieces, "of": pieces})], False)
    reply = {"loss": loss, "gradient": gradient, "parameters": theta, "layers": layers}
    reply["checks"] = agreement(done.found, gradient[some]) if spec.checks else None
    return Slice(None, [Event("result", reply | seen(spec, scope, done.spectra))], True)


def _piece(objective: Objective, theta: Array, some: Array, scope: Microscope | None, done: Progress) -> Progress:
    """One more piece: of the Jacobians where there is a ``scope``, else of the checks."""
    if scope is not None:
        return done._replace(spectra=(*done.spectra, stretched(scope, len(done.spectra))))
    length = piece_length(objective)
    begin = len(done.found) * length
    return done._replace(found=(*done.found, check(objective, theta, some[begin : begin + length])))


def _finite(objective: Objective, theta: Array) -> tuple[float, Array, list[dict[str, Any]]]:
    """Loss, gradient and the layers' norms.

    Raises:
        SpecError: one of them is not finite.
    """
    with np.errstate(all="ignore"):
        loss, gradient = objective.value_and_gradient(theta)
        layers = _layers(objective, theta)
    norms = [row[name] for row in layers for name in ("gradient_norm", "delta_norm")]
    if not (np.isfinite(gradient).all() and np.isfinite([loss, *norms]).all()):
        raise SpecError(
            "the loss, its gradient or a layer's norm is not finite at these parameters; choose another point",
            "/parameters",
        )
    return float(loss), gradient, layers


def checked_coordinates(spec: DerivativesSpec, objective: Objective) -> Array:
    """Every coordinate up to ``MAX_CHECKED``, evenly spaced ones above; none where no checks are wanted."""
    if not spec.checks:
        return np.empty(0, dtype=int)
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
