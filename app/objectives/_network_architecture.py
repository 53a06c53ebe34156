"""A network's shape, and where each layer lies in the flat parameter vector."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import NamedTuple

import numpy as np

from app.activations._base import Activation
from app.activations.identity import Identity
from app.core.interfaces import Array, Layer

Block = tuple[Array, Array | None]
"""Views of W ``(…, fan_out, fan_in)`` and b ``(…, fan_out)`` of one layer; b is None where there are no biases."""


class Node(NamedTuple):
    """What happens at one layer of units.

    a = φ(z), or a = a_below + scale · φ(z) where ``skip``; with ``direct`` z also gets the inputs' own weight block.
    """

    activation: Activation
    skip: bool
    scale: float
    direct: bool

    @property
    def plain(self) -> bool:
        """a = z, so that φ′ = 1 need not be multiplied by."""
        return self.activation.linear and not self.skip


class Place(NamedTuple):
    """Where a layer lies in the flat vector: W of ``shape`` from ``start`` to ``middle``, b from there to ``stop``."""

    start: int
    middle: int
    stop: int
    shape: tuple[int, int]

    @property
    def width(self) -> int:
        """What each of its units has: its weights, and its bias where there is one."""
        return (self.stop - self.start) // self.shape[0]

    @property
    def parts(self) -> list[tuple[slice, slice]]:
        """W, and b where there is one: which columns of [W | b] it is, and where it lies."""
        fan_in = self.shape[1]
        parts = [(slice(0, fan_in), slice(self.start, self.middle))]
        return parts + [(slice(fan_in, fan_in + 1), slice(self.middle, self.stop))] * (self.middle < self.stop)


@dataclass(frozen=True)
class Architecture:
    """A stack of dense layers.

    Attributes:
        inputs: features of an example.
        hidden: (units, activation) of each hidden layer, from the inputs up.
        outputs: units of the output layer.
        output_activation: what the output layer does to its pre-activations.
        biases: every layer but ``direct`` has biases.
        residual: s of a_l = a_{l−1} + s·φ(z_l), for hidden layers as wide as what is below them (the inputs included);
            None leaves them out.
        direct: the output layer also sees the inputs, through the weight block "direct", last in the flat vector.
    """

    inputs: int
    hidden: tuple[tuple[int, Activation], ...]
    outputs: int
    output_activation: Activation = field(default_factory=Identity)
    biases: bool = True
    residual: float | None = None
    direct: bool = False

    @property
    def sweep_seconds(self) -> float:
        """What both passes take for an example besides products with weights."""
        return sum(node.activation.seconds * units for node, units in zip(self.nodes, self.widths[1:], strict=True))

    @cached_property
    def widths(self) -> tuple[int, ...]:
        """Inputs, hidden layers, outputs."""
        return (self.inputs, *(units for units, _ in self.hidden), self.outputs)

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """Layers in the flat order: W row-major, then b."""
        names = [f"hidden {i + 1}" for i in range(len(self.hidden))] + ["output"]
        sizes = list(zip(names, self.widths, self.widths[1:], strict=False))
        layers: list[Layer] = []
        for name, fan_in, fan_out in sizes:
            layers.append(_after(layers, name, fan_in, fan_out, self.biases))
        if self.direct:
            layers.append(_after(layers, "direct", self.inputs, self.outputs, False))
        return tuple(layers)

    @cached_property
    def dim(self) -> int:
        """Number of parameters, d."""
        return self.layers[-1].stop

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Hidden layers, then the output layer."""
        return (*map(self._hidden_node, range(len(self.hidden))), Node(self.output_activation, False, 1.0, self.direct))

    def _hidden_node(self, index: int) -> Node:
        skip = self.residual is not None and self.widths[index] == self.widths[index + 1]
        return Node(self.hidden[index][1], skip, self.residual if skip and self.residual is not None else 1.0, False)

    @cached_property
    def weights(self) -> Array:
        """1 for each parameter that is a weight, 0 for each bias: ``(d,)``."""
        mask = np.ones(self.dim)
        for place in self.places:
            mask[place.middle : place.stop] = 0
        return mask

    def blocks(self, theta: Array) -> list[Block]:
        """Views of each layer's parameters (or of a gradient's, to be written to): ``(…, d)``, nothing is copied."""
        lead = theta.shape[:-1]
        return [
            (
                theta[..., p.start : p.middle].reshape(lead + p.shape),
                theta[..., p.middle : p.stop] if p.middle < p.stop else None,
            )
            for p in self.places
        ]

    @cached_property
    def order(self) -> Array:
        """Where in the flat vector each number lies once every layer is written unit by unit, as rows [W | b]."""
        flat = np.arange(self.dim)
        rows = [
            np.concatenate([flat[part].reshape(p.shape[0], -1) for _, part in p.parts], axis=1) for p in self.places
        ]
        return np.concatenate([row.ravel() for row in rows])

    @cached_property
    def ranks(self) -> Array:
        """The inverse of :attr:`order`: where in the rows [W | b] each number of the flat vector lies."""
        return np.argsort(self.order)

    @cached_property
    def pointwise(self) -> bool:
        """What happens to an example does not depend on its place, so that examples may be taken in parts."""
        return all(node.activation.pointwise for node in self.nodes)

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Where each layer lies in the flat vector."""
        return tuple(Place(k.start, k.start + k.fan_out * k.fan_in, k.stop, (k.fan_out, k.fan_in)) for k in self.layers)

    def parameter_names(self, most: int | None = None) -> tuple[str, ...]:
        """Names of the first ``most`` parameters (all of them when left out), e.g. ``hidden 1 W[2,0]``."""
        return tuple(islice((name for layer in self.layers for name in _names(layer)), most))


def _after(layers: list[Layer], name: str, fan_in: int, fan_out: int, biases: bool) -> Layer:
    start = layers[-1].stop if layers else 0
    return Layer(name, start, start + fan_out * (fan_in + biases), fan_in, fan_out, biases)


def _names(layer: Layer) -> list[str]:
    weights = [f"{layer.name} W[{i},{j}]" for i in range(layer.fan_out) for j in range(layer.fan_in)]
    return weights + [f"{layer.name} b[{i}]" for i in range(layer.fan_out) if layer.biases]
