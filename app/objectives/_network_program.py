"""A forward and a backward pass written down as a list of calls on buffers that are made once.

On a small network most of a pass is the making of views and temporaries. Here it is to call what a list holds. Each
layer's parameters lie as rows [W | b] (see :attr:`.Architecture.order`) and below all activations but the last lies a
row of ones, so that one product gives Wa + b and one the gradient of both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from app.core.calls import Call, numbers
from app.core.interfaces import Array
from app.core.memory import Layout, aligned, alike
from app.losses._base import Criterion
from app.objectives._network_architecture import Architecture, Node


class Program:
    """The calls of both passes of a network over ``count`` examples with ``targets`` rows of targets, in one precision.

    Attributes:
        place: gradient, squares, theta and parts, side by side as ``laid``.
        theta, gradient: of the mean loss, ``(d,)`` in the order of :attr:`.Architecture.order`.
        parts: as :meth:`.Criterion.calls` leave them.
        squares: ‖δ‖² of each layer.
        columns, rows: the examples ``(features, count)`` with a row of ones where there are biases, and the same the
            other way round; products are faster with each where it is.
        targets: theirs, as :meth:`.Criterion.calls` read them.
        calls: from theta and what is seen to gradient, parts and ``deltas``, δ of each node.
        norms: from those to ``squares``.
    """

    def __init__(self, net: Architecture, criterion: Criterion, count: int, targets: int, dtype: np.dtype[Any]) -> None:
        width = net.inputs + net.biases
        self.laid = Layout(dtype, (net.dim,), (len(net.layers),), (net.dim,), criterion.parts(count))
        self.place = aligned(self.laid.size(), dtype)
        self.gradient, self.squares, self.theta, self.parts = self.laid.views(self.place)
        self.columns, self.rows = aligned((width, count), dtype), aligned((count, width), dtype)
        self.targets, self._inputs = aligned((targets, count), dtype), self.columns[: net.inputs]
        self._weights, self._into = _rows(net, self.theta), _rows(net, self.gradient)
        stations, seen = list[_Station](), self.columns
        for index, node in enumerate(net.nodes):
            stations.append(_Station(node, seen, net.widths[index + 1], index + 1 == len(net.nodes), net.biases))
            seen = stations[-1].shown
        self.deltas = [station.delta for station in stations]
        self.calls = [call for index, station in enumerate(stations) for call in self._rise(index, station)]
        self.calls += criterion.calls(stations[-1].a, self.targets, self.parts)
        for index in reversed(range(len(stations))):
            self.calls += self._fall(index, stations[index], stations[index - 1] if index else None)
        self.norms = list(self._measure(net.direct))

    def _rise(self, index: int, station: _Station) -> Iterator[Call]:
        """From a of the node below to that of this one."""
        node, a, slope = station.node, station.a, station.slope
        yield self._weights[index].dot, (station.seen, a)
        if node.direct:
            share = alike(a)
            yield self._weights[-1].dot, (self._inputs, share)
            yield np.add, (a, share, a)
        if slope is not None:
            yield from node.activation.calls(a, slope)
        if slope is not None and node.scale != 1:
            (scale,) = numbers(a, node.scale)
            yield np.multiply, (a, scale, a)
            yield np.multiply, (slope, scale, slope)
        if node.skip:
            yield np.add, (a, station.seen[: len(a)], a)

    def _fall(self, index: int, station: _Station, lower: _Station | None) -> Iterator[Call]:
        """From ∂L/∂a of this node to that of the one below; the gradient's blocks on the way."""
        delta = station.delta
        if station.slope is not None:
            yield np.multiply, (station.upstream, station.slope, delta)
        yield delta.dot, (station.seen.T if lower else self.rows, self._into[index])
        if station.node.direct:
            yield delta.dot, (self.rows[:, : len(self._inputs)], self._into[-1])
        if lower is not None:
            yield self._weights[index][:, : len(lower.a)].T.dot, (delta, lower.upstream)
            if station.node.skip:
                yield np.add, (lower.upstream, station.upstream, lower.upstream)

    def _measure(self, direct: bool) -> Iterator[Call]:
        for index, delta in enumerate(self.deltas):
            flat = delta.reshape(-1)
            yield flat.dot, (flat, self.squares[index : index + 1].reshape(()))
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
        self.shown = aligned((units + (biases and not last), seen.shape[1]), seen.dtype)
        self.shown.fill(1)
        self.a = self.shown[:units]
        self.slope = None if node.plain else alike(self.a)
        self.upstream = self.a if last else alike(self.a)
        self.delta = alike(self.a) if node.skip else self.upstream


def _rows(net: Architecture, vector: Array) -> list[Array]:
    """[W | b] of each layer, as views."""
    return [vector[layer.start : layer.stop].reshape(layer.fan_out, -1) for layer in net.layers]
