"""Up through a network and down to δ of every node, as calls on buffers that stay.

Each layer's parameters lie as rows [W | b] (see :attr:`.Architecture.order`), and below all activations but the last
lies a row of ones, so that one product gives Wa + b.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from app.core.calls import SMALL_PRODUCT, Call, numbers
from app.core.interfaces import Array
from app.core.memory import aligned, alike
from app.objectives._network_architecture import Architecture, Node


class Station:
    """What one node writes.

    Attributes:
        a: its activations; ``shown`` are those with a row of ones below, where there are biases above.
        slope: ∂(s·φ)/∂z; None stands for 1.
        bend: ∂²(s·φ)/∂z², and once β is known β times that; None stands for 0, or was not asked for.
        upstream, delta: β = ∂L/∂a and δ = ∂L/∂z, in one array where nobody needs both; ``reached`` are the first of
            these with as many rows as are ``shown``.
    """

    def __init__(
        self, node: Node, units: int, ones: bool, last: bool, count: int, dtype: np.dtype[Any], bends: bool
    ) -> None:
        self.node = node
        self.shown = aligned((units + ones, count), dtype)
        self.shown.fill(1)
        self.a = self.shown[:units]
        self.slope = None if node.plain else alike(self.a)
        self.bend = None if node.plain or not bends else alike(self.a)
        self.reached = self.shown if last else alike(self.shown)
        self.upstream = self.reached[:units]
        self.delta = alike(self.a) if node.skip else self.upstream

    def activate(self) -> Iterator[Call]:
        """From z, which lies in place of a, to s·φ and its derivatives."""
        a, slope, bend = self.a, self.slope, self.bend
        assert slope is not None
        activation, scale = self.node.activation, numbers(a, self.node.scale)
        yield from activation.calls(a, slope) if bend is None else activation.second_calls(a, slope, bend)
        for values in (a, slope, bend) if self.node.scale != 1 else ():
            if values is not None:
                yield np.multiply, (values, *scale, values)


def stations(net: Architecture, count: int, dtype: np.dtype[Any], bends: bool = False) -> list[Station]:
    """Those of every node, for ``count`` examples; with ``bends`` they keep second derivatives too."""
    *hidden, output = zip(net.nodes, net.widths[1:], strict=True)
    lower = [Station(*one, net.biases, False, count, dtype, bends) for one in hidden]
    return [*lower, Station(*output, False, True, count, dtype, bends)]


class Course:
    """The way through ``stations``.

    Args:
        net: the network.
        theta: its parameters, ``(d,)`` in the order of :attr:`.Architecture.order`.
        columns: what the lowest weights multiply: the inputs ``(features, count)``, and ones where there are biases.
        stations: what may be written to.

    Attributes:
        weights: [W | b] of each layer.
        matrices: W of each node.
        below: what those of each node multiply.
        inputs: the inputs alone.
        downwards: the nodes, the last one first.
    """

    def __init__(self, net: Architecture, theta: Array, columns: Array, stations: list[Station]) -> None:
        self.net, self.stations = net, stations
        self.weights = rows_of(net, theta)
        self.matrices = [rows[:, :width] for rows, width, _ in zip(self.weights, net.widths, stations, strict=False)]
        self.below = [columns, *(station.shown for station in stations[:-1])]
        self.inputs = columns[: net.inputs]
        self.downwards = range(len(stations))[::-1]

    def rise(self) -> list[Call]:
        """From θ and the inputs to what every node writes on the way up."""
        return [call for index in range(len(self.stations)) for call in self._rise(index)]

    def _rise(self, index: int) -> Iterator[Call]:
        station, below = self.stations[index], self.below[index]
        node, a, slope = station.node, station.a, station.slope
        yield self.weights[index].dot, (below, a)
        if node.direct:
            share = alike(a)
            yield self.weights[-1].dot, (self.inputs, share)
            yield np.add, (a, share, a)
        if slope is not None:
            yield from station.activate()
        if node.skip:
            yield np.add, (a, below[: len(a)], a)

    def turn(self, index: int) -> list[Call]:
        """From β of a node to its δ."""
        station, calls = self.stations[index], list[Call]()
        if station.bend is not None:
            calls.append((np.multiply, (station.bend, station.upstream, station.bend)))
        if station.slope is not None:
            calls.append((np.multiply, (station.upstream, station.slope, station.delta)))
        return calls

    def descend(self, index: int) -> list[Call]:
        """From δ of a node to β of the one below, if there is one."""
        if not index:
            return []
        station, lower = self.stations[index], self.stations[index - 1]
        calls = [_down(self.weights[index], station.delta, lower)]
        return calls + ([(np.add, (lower.upstream, station.upstream, lower.upstream))] if station.node.skip else [])


def _down(weights: Array, delta: Array, lower: Station) -> Call:
    """∂L/∂a of the node below from δ: Wᵀδ.

    OpenBLAS takes [W | b] as it lies, but not W alone, which ``np.dot`` copies first; up to some size a row more, which
    nobody reads, is cheaper than that, and beyond it ``np.matmul``, which does not fill with zeros what it writes.
    """
    part, large = weights[:, : len(lower.a)].T, lower.reached.nbytes > SMALL_PRODUCT
    if len(weights) == 1:
        return (np.multiply, (part, delta, lower.upstream)) if large else (part.dot, (delta, lower.upstream))
    return (np.matmul, (part, delta, lower.upstream)) if large else (weights.T.dot, (delta, lower.reached))


def rows_of(net: Architecture, vector: Array) -> list[Array]:
    """[W | b] of each layer in ``vector`` ``(d,)``, as views."""
    return [vector[layer.start : layer.stop].reshape(layer.fan_out, -1) for layer in net.layers]
