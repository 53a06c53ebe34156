"""One product with the Hessian after another: some directions and some of the examples at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from app.core.helpers import dealt_out
from app.core.interfaces import Array
from app.core.threads import shared_out
from app.objectives._network_architecture import Architecture
from app.objectives._network_lanes import Directions, Piece
from app.objectives._network_stations import Lane

PIECE_BYTES = 1 << 24
"""What the passes of one direction read and write of a piece of the examples, at most."""
HALVED_BYTES = 1 << 25
"""Parameters × examples from which on there are two pieces at least, for two threads."""
STEP = 16
"""Pieces hold a multiple of that many examples, so that every row of either precision begins a cache line."""
ABREAST, ABREAST_BYTES = 5, 1 << 25
"""Directions that pass side by side, at most: threads hinder each other between sweeps, so these had better be long."""
DEALT_NUMBERS, SHARED_NUMBERS = 1 << 21, 1 << 24
"""Parameters × examples, over all vectors, from which on processes share the examples out, and from which on threads
do, whose sweeps are long enough then."""


def pieces(net: Architecture, count: int, itemsize: int) -> list[slice]:
    """The examples in one piece or, where they are many, in an even number of about equal ones."""
    most = max(STEP, PIECE_BYTES // (itemsize * _numbers(net)))
    if not net.pointwise or (count <= most and net.dim * count * itemsize < HALVED_BYTES):
        return [slice(0, count)]
    pairs = -(-count // (2 * most))
    size = -(-count // (2 * pairs * STEP)) * STEP
    return [slice(start, min(start + size, count)) for start in range(0, count, size)]


def _numbers(net: Architecture) -> int:
    """Of one example, in all that is read and written for one direction."""
    return sum(2 * below + 4 * units for below, units in pairwise(net.widths))


class Products(threading.local):
    """v ↦ ∇²L·v of the mean loss at one θ (JᵀHJ·v where straightened): ``(k, d) -> (k, d)``, in θ's precision.

    Each thread that calls it has its own buffers. The product with a vector does not depend on what comes with it.

    Args:
        parts: of the mean over the examples, which add up to it.
    """

    def __init__(self, parts: Sequence[Piece]) -> None:
        self._parts = parts
        middle = (len(parts) + 1) // 2
        self._halves = [_Share(half) for half in (parts[:middle], parts[middle:]) if half]
        self._examples = sum(part.examples for part in parts)

    def __reduce__(self) -> tuple[Callable[..., Products], tuple[Any, ...]]:
        """Buffers do not travel."""
        return Products, (self._parts,)

    def __call__(self, rows: Array) -> Array:
        first, *others = self._of_halves(rows)
        for other in others:
            first += other
        return first

    def _of_halves(self, rows: Array) -> list[Array]:
        numbers = rows.size * self._examples
        if DEALT_NUMBERS <= numbers < SHARED_NUMBERS:
            return dealt_out(Products._of_half, self, [(which, rows) for which in range(len(self._halves))])
        if numbers >= SHARED_NUMBERS:
            return shared_out(lambda half: half(rows), self._halves)
        return [half(rows) for half in self._halves]

    def _of_half(self, task: tuple[int, Array]) -> Array:
        which, rows = task
        return self._halves[which](rows)


class _Share:
    """The share of some pieces, one after another."""

    def __init__(self, parts: Sequence[Piece]) -> None:
        self._parts, first = parts, parts[0]
        size = _numbers(first.net) * first.examples * first.dtype.itemsize
        self._abreast = max(1, min(ABREAST, ABREAST_BYTES // size))
        self._directions: dict[int, Directions] = {}
        self._lanes: dict[tuple[int, int], Lane] = {}

    def __call__(self, rows: Array) -> Array:
        found = np.empty_like(rows)
        for start in range(0, len(rows), self._abreast):
            some = slice(start, start + self._abreast)
            self._some(rows[some], found[some])
        return found

    def _some(self, rows: Array, out: Array) -> None:
        count = len(rows)
        if count not in self._directions:
            self._directions[count] = Directions(self._parts[0], count)
        directions = self._directions[count]
        directions.load(rows)
        for number, part in enumerate(self._parts):
            if (kind := (count, part.examples)) not in self._lanes:
                self._lanes[kind] = Lane(directions, part)
            self._lanes[kind].go(part, number == 0)
        directions.unload(out)
