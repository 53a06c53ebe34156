"""Sums over examples that make up a network's Hessian, and how they are spread out into it.

A sum is kept as ``[i, p, j, q]``, units i of one layer and p of another before what their weights j and q multiply; of
a layer with itself as ``[pair of units, pair of inputs]``, since it is symmetric in both. All of them lie one after
another in one array.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from app.core.calls import Plan
from app.core.interfaces import Array
from app.objectives._network_architecture import Place

INDEX_LIMIT = 512
"""Largest d of which it is remembered where each entry of the matrix comes from (2 MB)."""
SPREAD_NUMBERS = 1 << 18
"""Entries of the matrix that are spread out at once, small enough to stay in the cache."""

LONG = 256
"""Examples from which on it is quicker to multiply what they have row by row than to gather it all first."""


class Pairs(NamedTuple):
    """Unordered pairs of k things.

    Attributes:
        first, second: of each pair.
        ordered: of each pair, the number first·k + second.
        number: of each ordered pair ``(k, k)``, which pair it is.
    """

    first: Array
    second: Array
    ordered: Array
    number: Array


@lru_cache(maxsize=16)
def pairs_of(count: int) -> Pairs:
    """All pairs, a thing with itself included, in the order of their first."""
    first, second = np.triu_indices(count)
    number = np.empty((count, count), np.intp)
    number[first, second] = number[second, first] = np.arange(len(first))
    return Pairs(first, second, first * count + second, number)


class Sums:
    """The sums of one network, by pairs of layers (the lower one first).

    Args:
        places: of its layers.

    Attributes:
        size: numbers in all of them.
    """

    def __init__(self, places: tuple[Place, ...]) -> None:
        self._places = places
        self._slots: dict[tuple[int, int], tuple[slice, tuple[int, ...]]] = {}
        self.size = 0
        for a, row in enumerate(places):
            for b, column in enumerate(places[a:], a):
                (h, g), (w, v) = (row.shape[0], column.shape[0]), (row.width, column.width)
                shape = (h * (h + 1) // 2, w * (w + 1) // 2) if a == b else (h, g, w, v)
                stop = self.size + int(np.prod(shape))
                self._slots[a, b], self.size = (slice(self.size, stop), shape), stop

    def view(self, sums: Array, a: int, b: int) -> Array:
        """Those of two layers, out of ``sums`` ``(size,)``."""
        some, shape = self._slots[a, b]
        return sums[some].reshape(shape)

    def matrix(self, sums: Array) -> Array:
        """``(d, d)``, symmetric to the last bit."""
        if self._places[-1].stop > INDEX_LIMIT:
            return self.spread(sums)
        return sums.take(_sources(self._places), mode="clip")

    def spread(self, sums: Array) -> Array:
        """The same, block by block."""
        dim = self._places[-1].stop
        out = np.empty((dim, dim), sums.dtype)
        for a, b in self._slots:
            if a == b:
                _write_symmetric(out, self._places[a], self.view(sums, a, a))
            else:
                _write(out, self._places[a], self._places[b], self.view(sums, a, b))
        return out


@lru_cache(maxsize=16)
def sums_of(places: tuple[Place, ...]) -> Sums:
    """Those of a network with these layers."""
    return Sums(places)


@lru_cache(maxsize=4)
def _sources(places: tuple[Place, ...]) -> Array:
    """Which sum each entry of the matrix is."""
    sums = sums_of(places)
    return sums.spread(np.arange(sums.size, dtype=np.intp))


def contract(changes: Array, products: Array, out: Array, plan: Plan) -> None:
    """Σ changes[i, p] a[j] b[q], as ``[i, p, j, q]``, from the ``products`` of a and b."""
    n = changes.shape[-1]
    plan.paired(changes.reshape(-1, n), products.reshape(-1, n), out.reshape(changes.size // n, -1))


def contract_symmetric(changes: Array, products: Array, out: Array, plan: Plan) -> None:
    """Σ changes[i, p] a[j] a[q], as pairs of both, where changes are symmetric in i and p."""
    flat = changes.reshape(-1, changes.shape[-1])
    if len(flat) == 1:
        plan.paired(flat, products, out)
        return
    some = plan.array(len(out), flat.shape[1])
    plan.call(flat.take, pairs_of(len(changes)).ordered, 0, some, "clip")
    plan.paired(some, products, out)
    plan.give_back(some)


def add_own(slope: Array | None, errors: Array, a: Array, out: Array, plan: Plan) -> None:
    """Σ slope[i] errors[p] a[j], added as ``[i, p, j, i]``; None stands for a slope of 1 of every unit."""
    moved = np.einsum("ipji->ipj", out[..., : len(out)])
    if slope is None:
        share = plan.array(len(errors), len(a))
        plan.paired(errors, a, share)
    else:
        fewer, more, moved = (errors, a, moved) if len(errors) <= len(a) else (a, errors, moved.swapaxes(1, 2))
        products = products_of(slope, fewer, plan)
        share = plan.array(*products.shape[:2], len(more))
        contract(products, more, share, plan)
        plan.give_back(products)
    plan.absorb(moved, share)


def products_of(a: Array, b: Array, plan: Plan) -> Array:
    """a[j] b[q], ``(len(a), len(b), n)``: a Khatri–Rao product."""
    return plan.times(a[:, None], b)


def own_products(a: Array, plan: Plan) -> Array:
    """a[j] a[q] of every pair, ``(pairs, n)``."""
    count, n = a.shape
    pairs = pairs_of(count)
    products = plan.array(len(pairs.ordered), n)
    if n < LONG:
        others = plan.array(*products.shape)
        plan.call(a.take, pairs.first, 0, others, "clip")
        plan.call(a.take, pairs.second, 0, products, "clip")
        plan.times(others, products, products)
        plan.give_back(others)
        return products
    filled = 0
    for j in range(count):
        plan.times(a[j], a[j:], products[filled : filled + count - j])
        filled += count - j
    return products


def _write(out: Array, row: Place, column: Place, sums: Array) -> None:
    """The block of two layers, and its mirror image."""
    _put(out, row, column, slice(None), sums)
    block = out[row.start : row.stop, column.start : column.stop]
    out[column.start : column.stop, row.start : row.stop] = block.T


def _write_symmetric(out: Array, place: Place, sums: Array) -> None:
    """The block of a layer with itself, some units at a time."""
    units, width = pairs_of(place.shape[0]).number, place.width
    inputs = pairs_of(width).number.ravel()
    size = max(1, SPREAD_NUMBERS // (len(units) * width * width))
    for start in range(0, len(units), size):
        some = units[start : start + size]
        spread = sums.take(some.ravel(), axis=0).take(inputs, axis=1)
        _put(out, place, place, slice(start, start + size), spread.reshape(*some.shape, width, width))


def _put(out: Array, row: Place, column: Place, some: slice, sums: Array) -> None:
    """``sums`` ``[i, p, j, q]`` where ``some`` units of one layer and all of another meet."""
    for wide, tall in row.parts:
        for across, long in column.parts:
            view = out[tall, long].reshape(row.shape[0], -1, column.shape[0], across.stop - across.start)
            view[some] = sums[:, :, wide, across].transpose(0, 2, 1, 3)
