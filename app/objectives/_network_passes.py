"""Forward and backward through a network, for one parameter vector or many at once.

Activations are features first, ``(…, units, n)``, so that every elementwise function sweeps contiguous examples;
leading axes are those of the parameters. What does not depend on the parameters (the inputs) has no leading axes, and
one matrix product then serves all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from app.core.interfaces import Array
from app.objectives._network_architecture import Architecture, Block, Node


class Tape(NamedTuple):
    """What the forward pass leaves for the backward pass, node by node.

    Attributes:
        inputs: a_{l−1}, what the node saw.
        slopes: ∂(s·φ)/∂z at the node; None stands for 1.
        bends: ∂²(s·φ)/∂z², where it was asked for; None stands for 0.
        outputs: activations of the output layer.
    """

    inputs: list[Array]
    slopes: list[Array | None]
    bends: list[Array | None]
    outputs: Array


class Errors(NamedTuple):
    """What the backward pass finds at each node: β = ∂L/∂a and δ = ∂L/∂z, both of the node itself."""

    upstream: list[Array]
    deltas: list[Array]


def product(W: Array, a: Array) -> Array:
    """W a over examples: ``(…, o, i)`` and ``(…, i, n)`` to ``(…, o, n)``."""
    if a.ndim == 2 < W.ndim:
        return (W.reshape(-1, W.shape[-1]) @ a).reshape(*W.shape[:-1], a.shape[-1])
    z: Array = np.matmul(W, a)
    return z


def outer(delta: Array, a: Array, out: Array) -> None:
    """Σ over examples of δ aᵀ, into ``out``: ``(…, o, n)`` and ``(…, i, n)`` to ``(…, o, i)``."""
    if a.ndim == 2 < delta.ndim:
        out[...] = (delta.reshape(-1, delta.shape[-1]) @ a.T).reshape(out.shape)
    else:
        np.matmul(delta, a.mT, out=out)


def predict(net: Architecture, blocks: list[Block], inputs: Array) -> Array:
    """Outputs ``(…, outputs, n)`` from inputs ``(features, n)``, keeping nothing."""
    a = inputs
    for node, block in zip(net.nodes, blocks, strict=False):
        a = activate(node, preactivation(node, block, blocks, a, inputs), a)
    return a


def preactivation(node: Node, block: Block, blocks: list[Block], a: Array, inputs: Array) -> Array:
    """z = W a + b, and the direct block's share where the node has one; a fresh array."""
    z = product(block[0], a)
    if block[1] is not None:
        z += block[1][..., None]
    if node.direct:
        z += product(blocks[-1][0], inputs)
    return z


def activate(node: Node, z: Array, below: Array) -> Array:
    """The node's activations; overwrites z."""
    a = node.activation.value(z, z)
    if node.skip:
        a *= node.scale
        a += below
    return a


def record(net: Architecture, blocks: list[Block], inputs: Array, bends: bool = False) -> Tape:
    """The forward pass, remembering what the backward pass needs; with ``bends`` what the R-operator needs too."""
    tape = Tape([], [], [], inputs)
    a = inputs
    for node, block in zip(net.nodes, blocks, strict=False):
        tape.inputs.append(a)
        a = _remember(node, preactivation(node, block, blocks, a, inputs), a, tape, bends)
    return tape._replace(outputs=a)


def _remember(node: Node, z: Array, below: Array, tape: Tape, bends: bool) -> Array:
    a, slope, bend = _derivatives(node, z, bends)
    tape.slopes.append(_scaled(slope, node.scale))
    tape.bends.append(_scaled(bend, node.scale))
    return below + node.scale * a if node.skip else a


def _derivatives(node: Node, z: Array, bends: bool) -> tuple[Array, Array | None, Array | None]:
    if node.plain:
        return z, None, None
    return node.activation.second(z) if bends else (*node.activation.first(z), None)


def _scaled(derivative: Array | None, scale: float) -> Array | None:
    return derivative if derivative is None or scale == 1 else derivative * scale


def times(values: Array, slope: Array | None) -> Array:
    """values · slope, where None stands for 1."""
    return values if slope is None else values * slope


def backward(net: Architecture, blocks: list[Block], tape: Tape, upstream: Array, into: list[Block]) -> Errors:
    """The gradient of every block, written ``into`` views of it, from ``upstream`` = ∂L/∂outputs."""
    errors = Errors([], [])
    for index, beta, delta in descent(net, blocks, tape, upstream):
        errors.upstream.insert(0, beta)
        errors.deltas.insert(0, delta)
        gather(net, tape, index, delta, into)
    return errors


def descent(net: Architecture, blocks: list[Block], tape: Tape, upstream: Array) -> Iterator[tuple[int, Array, Array]]:
    """Index, β and δ of each node, the last one first."""
    for index in reversed(range(len(net.nodes))):
        delta = times(upstream, tape.slopes[index])
        yield index, upstream, delta
        if index:
            upstream = descend(net.nodes[index], blocks[index][0], delta, upstream)


def gather(net: Architecture, tape: Tape, index: int, delta: Array, into: list[Block]) -> None:
    """Σ δ aᵀ and Σ δ over examples, into the blocks that feed a node."""
    weights, biases = into[index]
    outer(delta, tape.inputs[index], weights)
    if biases is not None:
        delta.sum(axis=-1, out=biases)
    if net.nodes[index].direct:
        outer(delta, tape.inputs[0], into[-1][0])


def descend(node: Node, W: Array, delta: Array, upstream: Array) -> Array:
    """∂L/∂a_{l−1} = Wᵀδ_l, and what a skip connection passes on."""
    below = product(W.mT, delta)
    if node.skip:
        below += upstream
    return below
