"""The chain rule at work on a few examples: every factor of ∂L/∂w, layer by layer."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.core.interfaces import Array
from app.objectives._network_curvature import Linearisation
from app.objectives._network_passes import activate, preactivation


def trace(state: Linearisation, share: float) -> list[dict[str, Any]]:
    """Forward and backward pass at one θ, a row for each hidden layer and the output layer.

    ``inputs`` a_{l−1}, ``preactivations`` z_l, ``slope`` ∂a_l/∂z_l (a skip connection's own path left out), ``outputs``
    a_l, ``upstream`` ∂L/∂a_l and ``delta`` ∂L/∂z_l = upstream · slope, each ``(examples, units)``; ``weights`` W_l and
    ``biases`` b_l (None without). ∂L/∂W_l[i, j] is the sum over examples of delta[:, i] · inputs[:, j]. Where ``skip``,
    a_l = a_{l−1} + ``scale`` · φ(z_l) and slope has the scale in it; ``direct`` (None without) are the weights from the
    inputs of the network straight to z_l.

    Args:
        state: the network on the traced examples.
        share: their share of all examples, so that L is the mean over all of them (without regularisers).
    """
    return [_row(state, index, share) for index in range(len(state.net.nodes))]


def _row(state: Linearisation, index: int, share: float) -> dict[str, Any]:
    (weights, biases), below = state.blocks[index], state.tape.inputs[index]
    node, slope, delta = state.net.nodes[index], state.tape.slopes[index], state.deltas[index]
    z = preactivation(node, state.blocks[index], state.blocks, below, state.tape.inputs[0])
    facts = {
        "inputs": below,
        "preactivations": z.copy(),
        "slope": np.ones_like(delta) if slope is None else slope,
        "outputs": activate(node, z, below),
        "upstream": state.upstream[index] * share,
        "delta": delta * share,
    }
    rows: dict[str, Array] = {name: np.ascontiguousarray(values.T) for name, values in facts.items()}
    edges = {"weights": weights, "biases": biases, "direct": state.blocks[-1][0] if node.direct else None}
    return {"name": state.net.layers[index].name, "skip": node.skip, "scale": node.scale, **edges, **rows}
