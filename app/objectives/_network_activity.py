"""What the units of a network do on some examples."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from app.core.interfaces import Array
from app.objectives._network_architecture import Architecture
from app.objectives._network_passes import Tape, record


class Activity(NamedTuple):
    """One layer of units on m examples.

    Attributes:
        name: the layer's.
        activations: a, ``(units, m)``.
        slopes: ∂a/∂z, a skip connection's own path left out, ``(units, m)``.
        bound: sup |∂a/∂z| over all z.
    """

    name: str
    activations: Array
    slopes: Array
    bound: float


def activity(net: Architecture, theta: Array, inputs: Array) -> tuple[Activity, ...]:
    """Every hidden layer and the output layer at one θ ``(d,)`` on ``inputs`` ``(features, m)``."""
    tape = record(net, net.blocks(theta), inputs)
    return tuple(_layer(net, tape, index) for index in range(len(net.nodes)))


def _layer(net: Architecture, tape: Tape, index: int) -> Activity:
    node, slopes = net.nodes[index], tape.slopes[index]
    a = tape.outputs if index + 1 == len(net.nodes) else tape.inputs[index + 1]
    bound = abs(node.scale) * node.activation.slope_bound
    return Activity(net.layers[index].name, a, np.ones_like(a) if slopes is None else slopes, bound)
