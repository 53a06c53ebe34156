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
from app.objectives._network_lanes import Piece
from app.objectives._network_stations import Deck

PIECE_BYTES, EXAMPLES = 1 << 20, 512
"""What the passes of one direction read and write of a piece of the examples, at most, unless these are but a few."""
HALVED_BYTES = 1 << 25
"""Parameters × examples from which on there are two pieces at least, for two threads."""
STEP = 16
"""Pieces hold a multiple of that many examples, so that every row of either precision begins a cache line."""
ABREAST, ABREAST_BYTES = 5, 1 << 25
"""Directions that pass side by side, at most: threads hinder each other between sweeps, so these had better be long."""
DEALT_BYTES, SHARED_NUMBERS = 1 << 25, 1 << 25
"""Parameters × examples × vectors from which on processes share the examples out; and parameters × examples from which
on threads do, whose sweeps are long enough then, lest much be sent to a process."""


def pieces(net: Architecture, count: int, itemsize: int) -> list[slice]:
    """The examples in one piece or, where they are many, in an even number of about equal ones."""
    most = max(EXAMPLES, PIECE_BYTES // (itemsize * _numbers(net)))
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
        self._halves = [half for half in (parts[:middle], parts[middle:]) if half]
        self._examples = sum(part.examples for part in parts)
        size = _numbers(parts[0].net) * parts[0].examples * parts[0].dtype.itemsize
        self._abreast = max(1, min(ABREAST, ABREAST_BYTES // size))
        self._decks: dict[int, Deck] = {}

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
        if rows.itemsize * numbers < DEALT_BYTES:
            return self._of(self._halves, rows)
        tasks = [(half, rows) for half in range(len(self._halves))]
        if numbers < SHARED_NUMBERS * len(rows):
            return dealt_out(Products._of_half, self, tasks)
        return shared_out(self._of_half, tasks)

    def _of_half(self, task: tuple[int, Array]) -> Array:
        which, rows = task
        return self._of(self._halves[which : which + 1], rows)[0]

    def _of(self, halves: Sequence[Sequence[Piece]], rows: Array) -> list[Array]:
        """The shares of some halves, a few directions at a time."""
        found = [np.empty_like(rows) for _ in halves]
        for start in range(0, len(rows), self._abreast):
            some = slice(start, start + self._abreast)
            deck = self._deck(len(rows[some]))
            deck.load(rows[some])
            for half, out in zip(halves, found, strict=True):
                deck.go(half, out[some])
        return found

    def _deck(self, count: int) -> Deck:
        if count not in self._decks:
            self._decks[count] = Deck(self._parts[0], count)
        return self._decks[count]
