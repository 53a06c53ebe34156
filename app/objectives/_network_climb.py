"""From the first layer up to the outputs at some mixtures of parameter vectors, in buffers that are filled again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from app.core.interfaces import Array
from app.objectives._network_architecture import Node
from app.objectives._network_first import Filling, Part
from app.objectives._network_passes import activate
from app.objectives._network_room import Held


class Step(NamedTuple):
    """A node, and whether it is ``plain``."""

    node: Node
    plain: bool


class Rung(NamedTuple):
    """A layer above another.

    Attributes:
        step: what it is.
        weights: its [W | b] at all mixtures ``(groups, size, units, units below + 1)``.
        below: the layer that it reads.
        layer: where it writes.
    """

    step: Step
    weights: Array
    below: Held
    layer: Held


class Way(NamedTuple):
    """All layers: the ``first``, which is no product with what is below, and its ``step``; then the ``rungs``."""

    step: Step
    first: Held
    rungs: list[Rung]

    @classmethod
    def of(cls, steps: Sequence[Step], layers: list[Held], weights: list[Array]) -> Way:
        """Through ``layers``; ``weights`` are those of all but the first."""
        rungs = zip(steps[1:], weights, layers[:-1], layers[1:], strict=True)
        return cls(steps[0], layers[0], [Rung(*some) for some in rungs])

    def rise(self, part: Part, filling: Filling, groups: Array, at: int) -> None:
        """Of a part of the examples, at one of the groups of mixtures ``(groups, size, m)``."""
        filling(at, self.first.flat)
        if not (filling.active or self.step.plain):
            _activate(self.step.node, self.first, part.inputs)
        for (node, plain), weights, below, layer in self.rungs:
            np.matmul(weights[at], below.stacked, layer.units)
            if part.direct is not None and node.direct:
                np.add(layer.flat, groups[at] @ part.direct, out=layer.flat)
            if not plain:
                _activate(node, layer, below)


def _activate(node: Node, layer: Held, below: Held) -> None:
    """The activations in place of a layer's pre-activations."""
    pointwise = node.activation.pointwise
    z, beneath = (layer.flat, below.flat) if pointwise else (layer.units, below.units)
    a = activate(node, z, beneath)
    if a is not z:
        z[...] = a
