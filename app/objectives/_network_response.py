"""How a network answers a change of one unit's pre-activation, at every example at once.

A change of z_l[i] moves a_l[i] alone, so that everything up to the next layer's z is a product of numbers, not of
matrices; from there the R-operator goes on (see :mod:`._network_curvature`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from app.core.interfaces import Array
from app.objectives._network_curvature import Linearisation
from app.objectives._network_passes import descend, product


class Response(NamedTuple):
    """What a unit change of each z of one node does; the first axis says of which unit, the last one is examples.

    Attributes:
        slope: ∂a/∂z of the units themselves, ``(units, n)``: all that the next node's inputs feel.
        inputs: change of what the nodes above the next one see.
        deltas: change of δ of this node and those above.
    """

    slope: Array
    inputs: dict[int, Array]
    deltas: dict[int, Array]


class _Rise(NamedTuple):
    """The way up: the change of what nodes see (but for the next one's, see ``slope``) and of their z; and the top."""

    slope: Array
    inputs: dict[int, Array]
    preactivations: dict[int, Array]
    outputs: Array


def response(state: Linearisation, node: int, units: Array) -> Response:
    """The response to each of some ``units`` of a node."""
    rise = _up(state, node, units)
    return Response(rise.slope, rise.inputs, _down(state, node, units, rise))


def _up(state: Linearisation, node: int, units: Array) -> _Rise:
    net, own, rows = state.net, state.deltas[node], np.arange(len(units))
    slopes = state.tape.slopes[node]
    slope = np.ones((len(units), own.shape[-1]), own.dtype) if slopes is None else slopes[units]
    if node == len(net.nodes) - 1:
        outputs = np.zeros((len(units), *own.shape), own.dtype)
        outputs[rows, units] = slope
        return _Rise(slope, {}, {}, outputs)
    inputs: dict[int, Array] = {}
    preactivations = {node + 1: state.blocks[node + 1][0].T[units][:, :, None] * slope[:, None, :]}
    change = _through(state, node + 1, preactivations[node + 1])
    if net.nodes[node + 1].skip:
        change[rows, units] += slope
    for index in range(node + 2, len(net.nodes)):
        inputs[index] = change
        preactivations[index] = product(state.blocks[index][0], change)
        change = _through(state, index, preactivations[index])
        if net.nodes[index].skip:
            change += inputs[index]
    return _Rise(slope, inputs, preactivations, change)


def _through(state: Linearisation, index: int, z: Array) -> Array:
    """φ′·z in a fresh array."""
    slope = state.tape.slopes[index]
    return z.copy() if slope is None else z * slope


def _down(state: Linearisation, node: int, units: Array, rise: _Rise) -> dict[int, Array]:
    """R{δ} of this node and those above: R{β} s·φ′ + β s·φ″ R{z}."""
    deltas: dict[int, Array] = {}
    upstream = state.loss_product(rise.outputs)
    for index in reversed(range(node, len(state.net.nodes))):
        delta, curve = _through(state, index, upstream), state.curves[index]
        if curve is not None and index > node:
            delta += curve * rise.preactivations[index]
        elif curve is not None:
            delta[np.arange(len(units)), units] += curve[units]
        deltas[index] = delta
        if index > node:
            upstream = descend(state.net.nodes[index], state.blocks[index][0], delta, upstream)
    return deltas
