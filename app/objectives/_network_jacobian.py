"""How each layer stretches: singular values of the Jacobian factors whose product is the chain rule."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.core.interfaces import Array


def spectra(rows: list[dict[str, Any]], example: int) -> list[dict[str, Any]]:
    """Singular values (descending) for one of the traced examples, a row for each layer.

    ``factor``: of J_l = ∂a_l/∂a_{l−1} = diag(s·φ′(z_l)) W_l (plus the identity where the layer is skipped);
    ``from_inputs``: of ∂a_l/∂a_0 = J_l … J_1 (plus the direct block's share, at the output);
    ``to_outputs``: of ∂a_L/∂a_l = J_L … J_{l+1}, which carries the loss's derivative back to β_l = ∂L/∂a_l.

    Args:
        rows: a trace (see :mod:`._network_trace`).
        example: which of its examples.
    """
    factors = [_factor(row, example) for row in rows]
    up, down = _up(rows, factors, example), _down(factors)
    return [
        {"name": row["name"], "factor": _values(factor), "from_inputs": _values(a), "to_outputs": _values(b)}
        for row, factor, a, b in zip(rows, factors, up, down, strict=True)
    ]


def _factor(row: dict[str, Any], example: int) -> Array:
    factor: Array = row["slope"][example][:, None] * row["weights"]
    return factor + np.eye(len(factor)) if row["skip"] else factor


def _up(rows: list[dict[str, Any]], factors: list[Array], example: int) -> list[Array]:
    products = [factors[0]]
    for factor in factors[1:]:
        products.append(factor @ products[-1])
    if rows[-1]["direct"] is not None:
        products[-1] = products[-1] + rows[-1]["slope"][example][:, None] * rows[-1]["direct"]
    return products


def _down(factors: list[Array]) -> list[Array]:
    products = [np.eye(len(factors[-1]))]
    for factor in reversed(factors[1:]):
        products.insert(0, products[0] @ factor)
    return products


def _values(matrix: Array) -> Array:
    return np.asarray(np.linalg.svd(matrix, compute_uv=False))
