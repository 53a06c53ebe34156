"""Both passes over some of the examples, as calls: what a :mod:`._network_program` is made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import EllipsisType
from typing import Any, NamedTuple

import numpy as np

from app.core.calls import SMALL_PRODUCT, Call, numbers
from app.core.interfaces import Array
from app.core.memory import aligned, alike
from app.losses._base import Criterion
from app.objectives._network_architecture import Architecture, Node

NARROW = 16
"""Features, the one of ones included, of examples that are narrow."""


class Seen(NamedTuple):
    """Examples as the passes read them.

    Attributes:
        columns: ``(features, count)`` with a row of ones where there are biases.
        apart: the same the other way round, where they are many features; none else.
        targets: as :meth:`.Criterion.calls` read them.
    """

    columns: Array
    apart: Array
    targets: Array

    @staticmethod
    def shapes(net: Architecture, count: int, targets: int) -> list[tuple[int, ...]]:
        """Of these three, for ``count`` examples with ``targets`` rows of targets."""
        width = net.inputs + net.biases
        return [(width, count), (count if width > NARROW else 0, width), (targets, count)]

    def show(self, rows: Array, targets: Array, places: slice | EllipsisType = ...) -> None:
        """Let them be these, ``(…, count, width)`` and ``(…, targets, count)``: here, or at the first of several."""
        self.columns[places], self.targets[places] = rows.mT, targets
        if self.apart.size:
            self.apart[places] = rows

    @property
    def rows(self) -> Array:
        """``(count, features)``: products with δ are quicker with those that lie so, unless they are narrow."""
        return self.apart if self.apart.size else self.columns.mT

    @property
    def examples(self) -> int:
        """How many they are."""
        return int(self.columns.shape[-1])


class Station:
    """What one node writes.

    Attributes:
        a: its activations; ``shown`` are those with a row of ones below, where there are biases above.
        slope: ∂(s·φ)/∂z; None stands for 1.
        upstream, delta: ∂L/∂a and ∂L/∂z, in one array where nobody needs both; ``reached`` are the first of these with
            as many rows as are ``shown``.
    """

    def __init__(self, node: Node, units: int, ones: bool, last: bool, count: int, dtype: np.dtype[Any]) -> None:
        self.node = node
        self.shown = aligned((units + ones, count), dtype)
        self.shown.fill(1)
        self.a = self.shown[:units]
        self.slope = None if node.plain else alike(self.a)
        self.reached = self.shown if last else alike(self.shown)
        self.upstream = self.reached[:units]
        self.delta = alike(self.a) if node.skip else self.upstream


def stations(net: Architecture, count: int, dtype: np.dtype[Any]) -> list[Station]:
    """Those of every node, for ``count`` examples."""
    *hidden, output = zip(net.nodes, net.widths[1:], strict=True)
    lower = [Station(*one, net.biases, False, count, dtype) for one in hidden]
    return [*lower, Station(*output, False, True, count, dtype)]


class Left(NamedTuple):
    """What the passes over some examples leave of their share of the mean loss.

    Attributes:
        gradient: ``(d,)`` in the order of :attr:`.Architecture.order`.
        squares: ‖δ‖² of each layer.
        parts: as :meth:`.Criterion.calls` leave them.
    """

    gradient: Array
    squares: Array
    parts: Array

    @staticmethod
    def shapes(net: Architecture, criterion: Criterion, count: int) -> list[tuple[int, ...]]:
        """Of these three, for ``count`` examples."""
        return [(net.dim,), (len(net.layers),), criterion.parts(count)]


class Piece:
    """The passes over what is ``seen``, in the room of ``stations``.

    Args:
        net: the network.
        theta: its parameters, ``(d,)`` in the order of :attr:`.Architecture.order`.
        left: where to leave what is found.
        seen: the examples.
        stations: what may be written to; pieces of one size take turns in them.
    """

    def __init__(self, net: Architecture, theta: Array, left: Left, seen: Seen, stations: list[Station]) -> None:
        self._net, self._seen, self._stations, self._left = net, seen, stations, left
        self._weights, self._into = _rows(net, theta), _rows(net, left.gradient)
        self._below = [seen.columns, *(station.shown for station in stations[:-1])]
        self._inputs = seen.columns[: net.inputs]

    def calls(self, criterion: Criterion, count: int) -> list[Call]:
        """From θ and what is seen to gradient, parts of the mean over ``count`` examples, and δ of every station."""
        nodes = range(len(self._stations))
        calls = [call for index in nodes for call in self._rise(index)]
        calls += criterion.calls(self._stations[-1].a, self._seen.targets, self._left.parts, count)
        return calls + [call for index in reversed(nodes) for call in self._fall(index)]

    def norms(self) -> list[Call]:
        """From δ to ‖δ‖² of each layer."""
        squares = self._left.squares
        deltas = [station.delta.reshape(-1) for station in self._stations]
        calls: list[Call] = [(flat.dot, (flat, squares[k : k + 1].reshape(()))) for k, flat in enumerate(deltas)]
        return calls + ([(np.copyto, (squares[-1:], squares[-2:-1]))] if self._net.direct else [])

    def _rise(self, index: int) -> Iterator[Call]:
        """From a of the node below to that of this one."""
        station, below = self._stations[index], self._below[index]
        node, a, slope = station.node, station.a, station.slope
        yield self._weights[index].dot, (below, a)
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
            yield np.add, (a, below[: len(a)], a)

    def _fall(self, index: int) -> Iterator[Call]:
        """From ∂L/∂a of this node to that of the one below; the gradient's blocks on the way."""
        station, delta, rows = self._stations[index], self._stations[index].delta, self._seen.rows
        if station.slope is not None:
            yield np.multiply, (station.upstream, station.slope, delta)
        yield delta.dot, (self._below[index].T if index else rows, self._into[index])
        if station.node.direct:
            yield delta.dot, (rows[:, : len(self._inputs)], self._into[-1])
        if index:
            lower = self._stations[index - 1]
            yield _down(self._weights[index], delta, lower)
            if station.node.skip:
                yield np.add, (lower.upstream, station.upstream, lower.upstream)


def pieces_of(net: Architecture, theta: Array, seen: Sequence[Seen], left: Sequence[Left]) -> list[Piece]:
    """The passes over some pieces, one after another."""
    dtype, sizes = theta.dtype, {some.examples for some in seen}
    rooms = {size: stations(net, size, dtype) for size in sizes}
    return [Piece(net, theta, one, some, rooms[some.examples]) for some, one in zip(seen, left, strict=True)]


def _down(weights: Array, delta: Array, lower: Station) -> Call:
    """∂L/∂a of the node below from δ: Wᵀδ.

    OpenBLAS takes [W | b] as it lies, but not W alone, which ``np.dot`` copies first; up to some size a row more, which
    nobody reads, is cheaper than that, and beyond it ``np.matmul``, which does not fill with zeros what it writes.
    """
    part, large = weights[:, : len(lower.a)].T, lower.reached.nbytes > SMALL_PRODUCT
    if len(weights) == 1:
        return (np.multiply, (part, delta, lower.upstream)) if large else (part.dot, (delta, lower.upstream))
    return (np.matmul, (part, delta, lower.upstream)) if large else (weights.T.dot, (delta, lower.reached))


def _rows(net: Architecture, vector: Array) -> list[Array]:
    """[W | b] of each layer, as views."""
    return [vector[layer.start : layer.stop].reshape(layer.fan_out, -1) for layer in net.layers]
