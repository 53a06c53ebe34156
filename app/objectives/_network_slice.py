"""The mean loss on a slice of parameter space: at very many mixtures of a few parameter vectors.

What is linear in θ is done for the few and then mixed: the weights, and the pre-activations of the first layer, which
takes m products for every z instead of one for every input. Activations stand on a row of ones, so that one product
with [W | b] adds the bias too. They are held in buffers that fit into a core's cache and are filled again and again,
for some mixtures at a time and, where there are many examples, for a part of those. In memory a buffer is units first,
then mixtures, then examples: so the units lie in one piece above their ones, and an elementwise function sweeps them at
once. Arrays ``(mixtures, units, examples)`` below are views of such.
"""

from __future__ import annotations

import threading
from math import ceil
from typing import NamedTuple

import numpy as np

from app.core.interfaces import Array
from app.losses._base import Criterion
from app.objectives._network_architecture import Architecture, Block
from app.objectives._network_examples import Examples
from app.objectives._network_passes import activate, preactivation, product

BUFFER_BYTES = 1 << 19
"""Size of one layer's activations; two layers' are in use at a time."""

TOGETHER = 8
"""Mixtures that are to share one reading of the first layer's pre-activations."""

FEWEST = 64
"""Examples that are to share one reading of the weights."""

ROUNDS = 8
"""Times that the buffers are filled, at most, before the outputs are compared with the targets."""


class Portions(NamedTuple):
    """How much is done at once: ``examples``, ``mixtures``, and how often these before the loss is taken."""

    examples: int
    mixtures: int
    rounds: int

    @classmethod
    def of(cls, net: Architecture, examples: int, itemsize: int) -> Portions:
        """So that neither the activations of a layer, nor the weights, nor the outputs outgrow a buffer."""
        example, mixture = itemsize * max(net.widths[1:]), itemsize * net.dim
        sharing = max(1, min(TOGETHER, BUFFER_BYTES // mixture))
        parts = 1
        if all(node.activation.pointwise for node in net.nodes):
            parts = ceil(examples / max(FEWEST, BUFFER_BYTES // (example * sharing)))
        size = ceil(examples / parts)
        mixtures = max(1, BUFFER_BYTES // max(example * size, mixture))
        held = mixtures * max(itemsize * net.outputs * size, mixture)
        return cls(size, mixtures, max(1, min(ROUNDS, BUFFER_BYTES // held)))


class Part(NamedTuple):
    """Some of the examples, and what is known of them at the points.

    Attributes:
        inputs: ``(features, n)``; the last part is filled up to the size of the others with its last example.
        targets: encoded, of the ``used`` examples that are not filling.
        used: how many those are.
        first: the first layer's pre-activations ``(units, m, n)``.
        direct: the direct block's share of the outputs' ``(outputs, m, n)``; None where ``first`` has it, or none has.
    """

    inputs: Array
    targets: Array
    used: int
    first: Array
    direct: Array | None


class MeanOnSlice:
    """w ↦ L(Σⱼ wⱼ θⱼ) for weights ``(k, m)`` of points θ ``(m, d)``, in their precision; threads do not meet in it.

    Attributes:
        points: the θ.
        together: how many mixtures there is room for.
        size: bytes of what is known at the points.
    """

    def __init__(self, net: Architecture, criterion: Criterion, examples: Examples, points: Array) -> None:
        self._net, self._criterion, self.points = net, criterion, points
        blocks = net.blocks(points)
        self._upper = [_stacked(block) for block in blocks[1 : len(net.nodes)]]
        portions = Portions.of(net, examples.count, points.itemsize)
        self.together, self._mixtures = portions.rounds * portions.mixtures, portions.mixtures
        starts = range(0, examples.count, portions.examples)
        self._parts = [_part(net, blocks, examples, start, portions.examples) for start in starts]
        self._count, self.size = examples.count, sum(part.first.nbytes for part in self._parts)
        self._room = _Room(net, portions, points.dtype)

    def is_of(self, points: Array) -> bool:
        """Whether the points are the very same, in the same precision."""
        return self.points.dtype == points.dtype and np.array_equal(self.points, points)

    def __call__(self, weights: Array) -> Array:
        """L, ``(k,)``, of at most ``together`` mixtures."""
        mixed = [(weights @ upper.reshape(len(upper), -1)).reshape(-1, *upper.shape[1:]) for upper in self._upper]
        total = sum(part.used * self._mean(part, weights, mixed) for part in self._parts)
        return np.asarray(total / self._count)

    def _mean(self, part: Part, weights: Array, mixed: list[Array]) -> Array:
        """The mean over a part of the examples."""
        outputs = self._room.outputs[: len(weights)]
        for start in range(0, len(weights), self._mixtures):
            some = slice(start, start + self._mixtures)
            self._rise(part, weights[some], [upper[some] for upper in mixed], outputs[some])
        return self._criterion.value(outputs[..., : part.used], part.targets)

    def _rise(self, part: Part, weights: Array, mixed: list[Array], outputs: Array) -> None:
        """``outputs`` of some mixtures, layer by layer."""
        layers = [*(whole[: len(weights)] for whole in self._room.hidden), outputs]
        below = part.inputs
        for index, node in enumerate(self._net.nodes):
            a = layers[index][:, : self._net.widths[index + 1]]
            if index:
                np.matmul(mixed[index - 1], layers[index - 1], out=a)
            else:
                np.matmul(weights, part.first, out=a.swapaxes(0, 1))
            if index and node.direct and part.direct is not None:
                a += np.matmul(weights, part.direct).swapaxes(0, 1)
            if not node.plain:
                _kept(activate(node, a, below), a)
            below = a


class _Room(threading.local):
    """Arrays to be filled again and again, of each thread its own.

    Attributes:
        hidden: of each hidden layer ``(mixtures, units, examples)``, with a row of ones beneath the units where the
            layer above has biases: whoever writes to it leaves them as they are. Layers in turn share two of a shape.
        outputs: ``(rounds · mixtures, outputs, examples)``.
    """

    def __init__(self, net: Architecture, portions: Portions, dtype: np.dtype[np.generic]) -> None:
        held: dict[tuple[int, int], Array] = {}
        for turn, units in enumerate(net.widths[1:-1]):
            shape = units + net.biases, portions.mixtures, portions.examples
            held.setdefault((turn % 2, units), np.ones(shape, dtype).swapaxes(0, 1))
        self.hidden = [held[turn % 2, units] for turn, units in enumerate(net.widths[1:-1])]
        outputs = net.outputs, portions.rounds * portions.mixtures, portions.examples
        self.outputs = np.empty(outputs, dtype).swapaxes(0, 1)


def _part(net: Architecture, blocks: list[Block], examples: Examples, start: int, size: int) -> Part:
    stop = min(start + size, examples.count)
    inputs = examples.inputs.take(np.arange(start, start + size), axis=-1, mode="clip")
    first = _units_first(preactivation(net.nodes[0], blocks[0], blocks, inputs, inputs))
    direct = _units_first(product(blocks[-1][0], inputs)) if net.direct and net.hidden else None
    return Part(inputs, examples.targets[..., start:stop], stop - start, first, direct)


def _units_first(z: Array) -> Array:
    return np.ascontiguousarray(z.swapaxes(0, 1))


def _stacked(block: Block) -> Array:
    """[W | b]."""
    W, b = block
    return W if b is None else np.concatenate([W, b[..., None]], axis=-1)


def _kept(value: Array, buffer: Array) -> None:
    """Into the buffer what was not computed there."""
    if value is not buffer:
        buffer[...] = value
