"""∂L/∂w of one parameter as the product it is: every factor, for each example, and three ways to check the sum."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.core.interfaces import Array
from app.core.spec import kind_of
from app.experiments.oracles import complex_step, finite_difference
from app.experiments.places import WeightSpec, index_of, place_of
from app.objectives.network import Network

Rows = list[dict[str, Any]]


def product_of(
    network: Network, theta: Array, spec: WeightSpec, examples: tuple[int, ...], rows: Rows
) -> dict[str, Any]:
    """The factors of ∂L/∂w for some examples (``rows`` is their trace), the sum over all, penalties, and the checks.

    ∂f/∂w = Σᵢ δ_j(i)·a_k(i) + ∂Ω/∂w for the weight from unit k to unit j (a_k = 1 for a bias).

    Raises:
        SpecError: there is no such parameter.
    """
    place, row, column = place_of(spec, network.layers)
    layer = network.layers[place]
    index = index_of(layer, row, column)
    gradient = float(network.value_and_gradient(theta)[1][index])
    found = {
        "index": index,
        "name": network.parameter_names(index + 1)[index],
        "layer": layer.name,
        "row": row,
        "column": column,
        "value": float(theta[index]),
        "examples": [_factors(rows, place, row, column, i) | {"example": e} for i, e in enumerate(examples)],
        "batch": float(network.unpenalised().value_and_gradient(theta)[1][index]),
        "regularisers": _penalties(network, theta, index),
        "gradient": gradient,
        "own": _own(network, theta, index, examples[0]) if len(examples) == 1 else None,
    }
    return found | _checks(network, theta, index, gradient)


def _own(network: Network, theta: Array, index: int, example: int) -> dict[str, Any]:
    """∂ℓ/∂w of the loss of one example alone, and its checks: the number that its factors multiply to."""
    alone = network.unpenalised().subset(np.array([example]))
    gradient = float(alone.value_and_gradient(theta)[1][index])
    return {"gradient": gradient} | _checks(alone, theta, index, gradient)


def _penalties(network: Network, theta: Array, index: int) -> list[dict[str, Any]]:
    weights = network.architecture.weights
    return [
        {"kind": kind_of(type(penalty)), "gradient": float(penalty.gradient(theta, weights)[index])}
        for penalty in network.regularisers
    ]


def _checks(network: Network, theta: Array, index: int, gradient: float) -> dict[str, Any]:
    some = np.array([index])
    with np.errstate(all="ignore"):
        difference, stepped = finite_difference(network, theta, some), complex_step(network, theta, some)
    return {
        "finite_difference": _check(float(difference.value[0]), gradient)
        | {"estimated_error": _finite(float(difference.error[0]))},
        "complex_step": _check(float(stepped[0]), gradient),
    }


def _check(value: float, gradient: float) -> dict[str, float | None]:
    return {"value": _finite(value), "difference": _finite(value - gradient)}


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _factors(rows: Rows, place: int, row: int, column: int | None, example: int) -> dict[str, Any]:
    """The product of one example: δ_j · a_k with δ_j = slope · upstream, upstream = Σ terms (+ what was skipped)."""
    node = min(place, len(rows) - 1)
    here = rows[node]
    fed = rows[0]["inputs"] if place > node else here["inputs"]
    factor = 1.0 if column is None else float(fed[example, column])
    delta = float(here["delta"][example, row])
    return {
        "input": factor,
        "slope": float(here["slope"][example, row]),
        "upstream": float(here["upstream"][example, row]),
        "delta": delta,
        "product": delta * factor,
        **_above(rows, node, row, example),
        "path": [_passed(later, example) for later in rows[node:]],
    }


def _above(rows: Rows, node: int, unit: int, example: int) -> dict[str, Any]:
    """What upstream is made of: W_kj δ_k over the layer above, and β_j of a skip connection; at the output the loss."""
    if node + 1 == len(rows):
        return {"terms": None, "skipped": None}
    above = rows[node + 1]
    weights, delta = above["weights"][:, unit], above["delta"][example]
    terms = {"layer": above["name"], "weight": weights, "delta": delta, "product": weights * delta}
    return {"terms": terms, "skipped": float(above["upstream"][example, unit]) if above["skip"] else None}


def _passed(row: dict[str, Any], example: int) -> dict[str, Any]:
    """One layer of the backward pass of an example: upstream is ∂L/∂a, the loss's own derivative at the output."""
    return {"layer": row["name"], **{name: row[name][example] for name in ("upstream", "slope", "delta")}}
