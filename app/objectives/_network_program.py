"""A forward and a backward pass written down as a list of calls on buffers that are made once.

On a small network most of a pass is the making of views and temporaries. Here it is to call what a list holds. Each
layer's parameters lie as rows [W | b] (see :attr:`.Architecture.order`) and below all activations but the last lies a
row of ones, so that one product gives Wa + b and one the gradient of both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from app.core.interfaces import Array
from app.losses._base import Criterion
from app.objectives._network_architecture import Architecture, Node

Call = tuple[Callable[..., Any], tuple[Any, ...]]


class Program:
    """The calls of both passes of a network over ``count`` examples, in one precision.

    Attributes:
        theta, gradient: of the mean loss, ``(d,)`` in the order of :attr:`.Architecture.order`.
        inputs, rows: of the examples, ``(features, count)`` and ``(count, features)``; products are faster with each
            where it is used.
        targets, parts: as :meth:`.Criterion.slope` reads and leaves them.
        calls: from theta, inputs and targets to gradient, parts and ``deltas``, δ of each node.
        norms: from those to ``squares``, ‖δ‖² of each layer.
    """

    def __init__(self, net: Architecture, criterion: Criterion, targets: Array, dtype: np.dtype[Any]) -> None:
        self.theta, self.gradient = np.zeros(net.dim, dtype), np.zeros(net.dim, dtype)
        self.squares, self.targets = np.zeros(len(net.layers), dtype), targets
        self._weights, self._into = _rows(net, self.theta), _rows(net, self.gradient)
        count = targets.shape[-1]
        self.parts = np.zeros(criterion.parts(count), dtype)
        seen = np.ones((net.inputs + net.biases, count), dtype)
        self._rows = np.ones((count, net.inputs + net.biases), dtype)
        self.inputs, self.rows = seen[: net.inputs], self._rows[:, : net.inputs]
        stations: list[_Station] = []
        for index, node in enumerate(net.nodes):
            stations.append(_Station(node, seen, net.widths[index + 1], index + 1 == len(net.nodes), net.biases))
            seen = stations[-1].shown
        self.deltas = [station.delta for station in stations]
        self.calls = [call for index, station in enumerate(stations) for call in self._rise(index, station)]
        self.calls.append((criterion.slope, (stations[-1].a, targets, self.parts)))
        for index in reversed(range(len(stations))):
            self.calls += self._fall(index, stations[index], stations[index - 1] if index else None)
        self.norms = list(self._measure(net.direct))

    def _rise(self, index: int, station: _Station) -> Iterator[Call]:
        """From a of the node below to that of this one."""
        node, a, slope = station.node, station.a, station.slope
        yield np.dot, (self._weights[index], station.seen, a)
        if node.direct:
            share = np.empty_like(a)
            yield np.dot, (self._weights[-1], self.inputs, share)
            yield np.add, (a, share, a)
        if slope is not None:
            yield node.activation.first_into, (a, slope)
        if slope is not None and node.scale != 1:
            yield np.multiply, (a, node.scale, a)
            yield np.multiply, (slope, node.scale, slope)
        if node.skip:
            yield np.add, (a, station.seen[: len(a)], a)

    def _fall(self, index: int, station: _Station, lower: _Station | None) -> Iterator[Call]:
        """From ∂L/∂a of this node to that of the one below; the gradient's blocks on the way."""
        delta = station.delta
        if station.slope is not None:
            yield np.multiply, (station.upstream, station.slope, delta)
        yield np.dot, (delta, station.seen.T if lower else self._rows, self._into[index])
        if station.node.direct:
            yield np.dot, (delta, self.rows, self._into[-1])
        if lower is not None:
            yield np.dot, (self._weights[index][:, : len(lower.a)].T, delta, lower.upstream)
            if station.node.skip:
                yield np.add, (lower.upstream, station.upstream, lower.upstream)

    def _measure(self, direct: bool) -> Iterator[Call]:
        for index, delta in enumerate(self.deltas):
            flat = delta.reshape(-1)
            yield np.vecdot, (flat, flat, self.squares[index : index + 1].reshape(()))
        if direct:
            yield np.copyto, (self.squares[-1:], self.squares[-2:-1])


class _Station:
    """What one node reads and writes.

    Attributes:
        seen: what it multiplies, the row of ones included.
        a: its activations; ``shown`` are those with the row of ones, where there are biases above.
        slope: ∂(s·φ)/∂z; None stands for 1.
        upstream, delta: ∂L/∂a and ∂L/∂z, in one array where nobody needs both.
    """

    def __init__(self, node: Node, seen: Array, units: int, last: bool, biases: bool) -> None:
        self.node, self.seen = node, seen
        self.shown = np.ones((units + (biases and not last), seen.shape[1]), seen.dtype)
        self.a = self.shown[:units]
        self.slope = None if node.plain else np.empty_like(self.a)
        self.upstream = self.a if last else np.empty_like(self.a)
        self.delta = np.empty_like(self.a) if node.skip else self.upstream


def _rows(net: Architecture, vector: Array) -> list[Array]:
    """[W | b] of each layer, as views."""
    return [vector[layer.start : layer.stop].reshape(layer.fan_out, -1) for layer in net.layers]
