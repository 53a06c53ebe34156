"""Both passes over some of the examples, as calls: what a :mod:`._network_program` is made of."""

from __future__ import annotations

from collections.abc import Sequence
from types import EllipsisType
from typing import NamedTuple

import numpy as np

from app.core.calls import Call
from app.core.interfaces import Array
from app.losses._base import Criterion
from app.objectives._network_architecture import Architecture
from app.objectives._network_course import Course, Station, rows_of, stations

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
        self._course, self._stations = Course(net, theta, seen.columns, stations), stations
        self._net, self._seen, self._left, self._into = net, seen, left, rows_of(net, left.gradient)

    def calls(self, criterion: Criterion, count: int) -> list[Call]:
        """From θ and what is seen to gradient, parts of the mean over ``count`` examples, and δ of every station."""
        course = self._course
        calls = course.rise() + criterion.calls(self._stations[-1].a, self._seen.targets, self._left.parts, count)
        for index in course.downwards:
            calls += course.turn(index) + self._gathered(index) + course.descend(index)
        return calls

    def norms(self) -> list[Call]:
        """From δ to ‖δ‖² of each layer."""
        squares = self._left.squares
        deltas = [station.delta.reshape(-1) for station in self._stations]
        calls: list[Call] = [(flat.dot, (flat, squares[k : k + 1].reshape(()))) for k, flat in enumerate(deltas)]
        return calls + ([(np.copyto, (squares[-1:], squares[-2:-1]))] if self._net.direct else [])

    def _gathered(self, index: int) -> list[Call]:
        """The gradient's blocks that feed a node."""
        station, rows = self._stations[index], self._seen.rows
        dot = station.delta.dot
        calls: list[Call] = [(dot, (self._course.below[index].T if index else rows, self._into[index]))]
        return calls + ([(dot, (rows[:, : self._net.inputs], self._into[-1]))] if station.node.direct else [])


def pieces_of(net: Architecture, theta: Array, seen: Sequence[Seen], left: Sequence[Left]) -> list[Piece]:
    """The passes over some pieces, one after another."""
    dtype, sizes = theta.dtype, {some.examples for some in seen}
    rooms = {size: stations(net, size, dtype) for size in sizes}
    return [Piece(net, theta, one, some, rooms[some.examples]) for some, one in zip(seen, left, strict=True)]
