"""One product with the Hessian after another, in buffers that are made once.

The passes of :meth:`.Linearisation.hvp`, for one direction at a time. What goes through a layer's weights is one matrix
product: [V | v_b | W | V_direct]·[a; 1; R{a}; x] on the way up and [Vᵀ | Wᵀ]·[δ; R{δ}] on the way down.
"""

from __future__ import annotations

import threading
from itertools import pairwise

import numpy as np

from app.core.interfaces import Array
from app.objectives._network_curvature import Linearisation


class Products(threading.local):
    """v ↦ ∇²L·v of the mean loss at a state's one θ (JᵀHJ·v where straightened): ``(d,) -> (d,)``, in θ's precision.

    Each thread that calls it has its own buffers.
    """

    def __init__(self, state: Linearisation) -> None:
        self._loss_product = state.loss_product
        self._v, self._out = np.zeros(state.net.dim, state.dtype), np.empty(state.net.dim, state.dtype)
        self._stations = [_Station(state, index, self._v, self._out) for index in range(len(state.net.nodes))]
        for lower, upper in pairwise(self._stations):
            lower.above = upper.change

    def __call__(self, v: Array) -> Array:
        self._v[...] = v
        for station in self._stations:
            station.rise()
        upstream = self._loss_product(self._stations[-1].above)
        for station in reversed(self._stations):
            upstream = station.fall(upstream)
        return self._out.copy()


class _Station:
    """What one node does, and the buffers that it does it in.

    Attributes:
        change: R{a} of the node below, which that node writes; nothing below the first.
        above: where R{a} of this node is written.
    """

    def __init__(self, state: Linearisation, index: int, v: Array, out: Array) -> None:
        node, a = state.net.nodes[index], state.tape.inputs[index]
        self._skip, self._first, self._straight = node.skip and index > 0, index == 0, state.straight
        self._slope, self._curve, self._delta = state.tape.slopes[index], state.curves[index], state.deltas[index]
        self.above = np.empty_like(self._delta)
        self._z = np.empty_like(self._delta)
        self._moving: list[tuple[Array, Array]] = []
        self._look_up(state, index, v)
        self._look_down(state, index, v)
        self._gathered = [(into, np.ascontiguousarray(seen.T)) for into, seen in self._reads(state, index, out)]
        self._bent = np.empty((len(self._delta), len(a)), a.dtype)

    def _reads(self, state: Linearisation, index: int, theta: Array) -> list[tuple[Array, Array]]:
        """The blocks of a θ that feed the node, ``(units, k)`` or ``(units,)``, and what they multiply."""
        blocks, a = state.net.blocks(theta), state.tape.inputs[index]
        weights, biases = blocks[index]
        reads = [(weights, a)]
        if biases is not None:
            reads.append((biases, np.ones(a.shape[-1], a.dtype)))
        if state.net.nodes[index].direct:
            reads.append((blocks[-1][0], state.tape.inputs[0]))
        return reads

    def _look_up(self, state: Linearisation, index: int, v: Array) -> None:
        """What is multiplied on the way up, and by what: W stays, and what is of v is moved in each time."""
        W, reads = state.blocks[index][0], self._reads(state, index, v)
        rows = [np.atleast_2d(seen) for _, seen in reads]
        own = sum(map(len, rows))
        self._up = np.concatenate([np.zeros((len(W), own), W.dtype), *([] if self._first else [W])], axis=1)
        self._seen = np.concatenate([*rows, *([] if self._first else [np.zeros_like(rows[0])])])
        self.change = self._seen[own:]
        start = 0
        for (block, _), row in zip(reads, rows, strict=True):
            self._moving.append((self._up[:, start : start + len(row)], block.reshape(len(W), -1)))
            start += len(row)

    def _look_down(self, state: Linearisation, index: int, v: Array) -> None:
        W, units = state.blocks[index][0], len(self._delta)
        self._errors = np.concatenate([self._delta, self._delta])
        self._change, self._upstream = self._errors[units:], np.empty((W.shape[1], self._delta.shape[1]), W.dtype)
        self._down = np.concatenate([np.zeros_like(W.T), W.T], axis=1)
        if self._straight:
            self._errors, self._down = self._change, np.ascontiguousarray(W.T)
        elif not self._first:
            self._moving.append((self._down[:, :units], state.net.blocks(v)[index][0].T))

    def rise(self) -> None:
        """R{z} and R{a}."""
        for into, block in self._moving:
            into[...] = block
        np.dot(self._up, self._seen, out=self._z)
        np.multiply(self._z, 1 if self._slope is None else self._slope, out=self.above)
        if self._skip:
            self.above += self.change
        if self._curve is not None:
            self._z *= self._curve

    def fall(self, upstream: Array) -> Array:
        """R{δ} = R{β} s·φ′ + β s·φ″ R{z}, the product's blocks, and R{β} of the node below."""
        np.multiply(upstream, 1 if self._slope is None else self._slope, out=self._change)
        if self._curve is not None:
            self._change += self._z
        for into, seen in self._gathered:
            np.dot(self._change, seen, out=into)
        if self._first:
            return upstream
        if not self._straight:
            self._gathered[0][0][...] += np.dot(self._delta, self.change.T, out=self._bent)
        np.dot(self._down, self._errors, out=self._upstream)
        if self._skip:
            self._upstream += upstream
        return self._upstream
