"""The forward and backward pass at one θ after another, by buffers and views that are made once.

The passes of :mod:`._network_passes` for a single vector in double precision. On a small network most of a pass is the
making of views and temporaries, so θ is copied into a vector whose views are there already.
"""

from __future__ import annotations

import threading

import numpy as np

from app.core.interfaces import Array
from app.losses._base import Criterion
from app.objectives._network_architecture import Architecture, Block, Node
from app.objectives._network_examples import Examples


class Descent(threading.local):
    """(L, ∇L, δ of each node) at one θ ``(d,)`` after another, on any examples; each thread has its own buffers."""

    def __init__(self, net: Architecture) -> None:
        self._theta, self._gradient = np.empty(net.dim), np.empty(net.dim)
        blocks, into = net.blocks(self._theta), net.blocks(self._gradient)
        self._stations = [_Station(node, index, blocks, into) for index, node in enumerate(net.nodes)]

    def __call__(self, theta: Array, examples: Examples, criterion: Criterion) -> tuple[Array, Array, list[Array]]:
        self._theta[...] = theta
        a = x = examples.inputs
        for station in self._stations:
            a = station.rise(a, x)
        value, upstream = criterion.first(a, examples.targets)
        for station in reversed(self._stations):
            upstream = station.fall(upstream, x)
        return value, self._gradient.copy(), [station.delta for station in self._stations]


class _Station:
    """What one node does; ``delta`` is its δ once the backward pass has come by."""

    def __init__(self, node: Node, index: int, blocks: list[Block], into: list[Block]) -> None:
        self._node, self._plain, self._first = node, node.plain, index == 0
        self._W, b = blocks[index]
        self._b = None if b is None else b[:, None]
        self._into, self._into_b = into[index]
        self._direct = (blocks[-1][0], into[-1][0]) if node.direct else None
        self._a = self.delta = np.empty(0)
        self._slope: Array | None = None

    def rise(self, a: Array, x: Array) -> Array:
        """a of this node from a of the node below."""
        self._a, node = a, self._node
        z: Array = np.dot(self._W, a)
        if self._b is not None:
            z += self._b
        if self._direct:
            z += np.dot(self._direct[0], x)
        if self._plain:
            return z
        value, self._slope = node.activation.first(z)
        if node.scale != 1:
            self._slope = node.scale * self._slope
        return a + node.scale * value if node.skip else value

    def fall(self, upstream: Array, x: Array) -> Array:
        """∂L/∂a of the node below from that of this one; the gradient's blocks on the way."""
        self.delta = delta = upstream if self._slope is None else upstream * self._slope
        np.dot(delta, self._a.T, out=self._into)
        if self._into_b is not None:
            np.add.reduce(delta, axis=1, out=self._into_b)
        if self._direct:
            np.dot(delta, x.T, out=self._direct[1])
        if self._first:
            return upstream
        below: Array = np.dot(self._W.T, delta)
        if self._node.skip:
            below += upstream
        return below
