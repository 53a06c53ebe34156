"""Loss and gradient at one point, and what two independent ways of differentiating say of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.core.errors import SpecError
from app.core.interfaces import Array, Objective
from app.experiments.build import build_objective, layered, starting_point
from app.experiments.events import Event
from app.experiments.run import Slice, layer_table
from app.experiments.specs import DerivativesSpec, Start

MAX_CHECKED = 1_000
COMPLEX_STEP = 1e-20
ROWS_AT_ONCE = 256


def advance_derivatives(spec: DerivativesSpec, state: None, budget: float) -> Slice:
    """The whole answer in one slice: a single ``result`` event."""
    return Slice(None, [Event("result", derivatives(spec))], True)


def derivatives(spec: DerivativesSpec) -> dict[str, Any]:
    """The reply of ``POST /api/derivatives``.

    Raises:
        SpecError: wrong number of parameters, or the loss or gradient is not finite there.
    """
    objective = build_objective(spec.objective)
    theta = _point(spec, objective)
    with np.errstate(all="ignore"):
        loss, gradient = objective.value_and_gradient(theta)
    if not (np.isfinite(loss) and np.isfinite(gradient).all()):
        raise SpecError(
            "the loss or its gradient is not finite at these parameters; choose another point", "/parameters"
        )
    reply = {"loss": float(loss), "gradient": gradient, "parameters": theta, "layers": _layers(objective, theta)}
    reply["checks"] = checks(objective, theta, gradient)
    if spec.trace is not None:
        reply["trace"] = _trace(objective, theta, spec.trace.examples)
    return reply


def _point(spec: DerivativesSpec, objective: Objective) -> Array:
    start = None if spec.parameters is None else Start(parameters=spec.parameters)
    try:
        return starting_point(spec.objective, objective, start, spec.seed)
    except SpecError as error:
        raise SpecError(error.message, "/parameters") from error


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


def checks(objective: Objective, theta: Array, gradient: Array) -> dict[str, dict[str, Any]]:
    """Largest disagreement of the gradient with two oracles, relative to its largest component.

    Central differences with two Richardson steps (error O(h⁶)) and the complex step Im f(θ+ihe)/h, h = 1e-20 (exact to
    rounding for analytic functions; Squire & Trapp 1998). Every coordinate up to 1,000, evenly spaced ones above.
    """
    some = np.unique(np.linspace(0, objective.dim - 1, min(objective.dim, MAX_CHECKED)).astype(int))
    with np.errstate(all="ignore"):
        numeric = {
            "finite_difference": _in_rows(_richardson, objective, theta, some),
            "complex_step": _in_rows(_complex_step, objective, theta, some),
        }
    return {name: _agreement(values, gradient[some]) for name, values in numeric.items()}


def _in_rows(method: Any, objective: Objective, theta: Array, some: Array) -> Array:
    pieces = [method(objective, theta, some[i : i + ROWS_AT_ONCE]) for i in range(0, some.size, ROWS_AT_ONCE)]
    return np.concatenate(pieces)


def _richardson(objective: Objective, theta: Array, some: Array) -> Array:
    step = 2e-3 * np.maximum(1.0, np.abs(theta[some]))

    def central(h: Array) -> Array:
        shift = np.zeros((some.size, theta.size))
        shift[np.arange(some.size), some] = h
        return np.asarray((objective.value(theta + shift) - objective.value(theta - shift)) / (2 * h))

    coarse, middle, fine = central(step), central(step / 2), central(step / 4)
    first, second = (4 * middle - coarse) / 3, (4 * fine - middle) / 3
    return np.asarray((16 * second - first) / 15)


def _complex_step(objective: Objective, theta: Array, some: Array) -> Array:
    shift = np.zeros((some.size, theta.size), dtype=np.complex128)
    shift[np.arange(some.size), some] = 1j * COMPLEX_STEP
    return np.asarray(objective.value(theta + shift).imag / COMPLEX_STEP)


def _agreement(values: Array, gradient: Array) -> dict[str, Any]:
    difference = np.abs(values - gradient)
    usable = np.isfinite(difference)
    scale = float(np.abs(gradient).max()) or 1.0
    worst = float(difference[usable].max() / scale) if usable.any() else None
    return {"max_relative_error": worst, "coordinates": int(usable.sum()), "not_finite": int((~usable).sum())}
