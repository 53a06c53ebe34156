"""From the first layer up to the outputs at some mixtures of parameter vectors, in buffers that are filled again."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from app.core.interfaces import Array
from app.objectives._network_architecture import Node
from app.objectives._network_first import Filling, Part
from app.objectives._network_passes import activate
from app.objectives._network_room import Held, Way


class Step(NamedTuple):
    """A node, and whether it is ``plain``."""

    node: Node
    plain: bool


class Climb(NamedTuple):
    """What is done at one group of mixtures after another.

    Attributes:
        steps: of all layers.
        part: of the examples.
        filling: writes the first layer.
        groups: the mixtures ``(groups, size, m)``.
        weights: [W | b] there of all layers but the first ``(groups, size, units, units below + 1)``.
    """

    steps: list[Step]
    part: Part
    filling: Filling
    groups: Array
    weights: list[Array]

    def rise(self, at: int, way: Way) -> None:
        """From the first layer to the outputs, at one of the groups."""
        ((node, plain), *steps), first, part = self.steps, way.first, self.part
        self.filling(at, first.flat)
        if not (self.filling.active or plain):
            _activate(node, first, part.inputs)
        for (node, plain), weights, (below, layer) in zip(steps, self.weights, way.above, strict=True):
            np.matmul(weights[at], below.stacked, layer.units)
            if part.direct is not None and node.direct:
                np.add(layer.flat, self.groups[at] @ part.direct, out=layer.flat)
            if not plain:
                _activate(node, layer, below)


def _activate(node: Node, layer: Held, below: Held) -> None:
    """The activations in place of a layer's pre-activations."""
    pointwise = node.activation.pointwise
    z, beneath = (layer.flat, below.flat) if pointwise else (layer.units, below.units)
    a = activate(node, z, beneath)
    if a is not z:
        z[...] = a
