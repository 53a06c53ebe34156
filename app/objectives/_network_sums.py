"""Sums over examples that make up a network's Hessian, and how they are spread out into it.

A sum is kept as ``[i, p, j, q]``, units i of one layer and p of another before what their weights j and q multiply; of
a layer with itself as ``[pair of units, pair of inputs]``, since it is symmetric in both.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from app.core.interfaces import Array
from app.objectives._network_architecture import Place

SPREAD_NUMBERS = 1 << 18
"""Entries of the matrix that are spread out at once, small enough to stay in the cache."""


class Pairs(NamedTuple):
    """Unordered pairs of k things: the first and the second of each, and the number of each ordered pair ``(k, k)``."""

    first: Array
    second: Array
    number: Array


@lru_cache(maxsize=16)
def pairs_of(count: int) -> Pairs:
    """All pairs, a thing with itself included, in the order of their first."""
    first, second = np.triu_indices(count)
    number = np.empty((count, count), np.intp)
    number[first, second] = number[second, first] = np.arange(len(first))
    return Pairs(first, second, number)


def contract(changes: Array, a: Array, b: Array) -> Array:
    """Σ changes[i, p] a[j] b[q], as ``[i, p, j, q]``: a product with a Khatri–Rao product."""
    products = (a[:, None, :] * b[None, :, :]).reshape(-1, a.shape[-1])
    return _product(changes, products).reshape(*changes.shape[:2], len(a), len(b))


def contract_own(slope: Array, errors: Array, a: Array) -> Array:
    """Σ slope[i] errors[p] a[j], as ``[i, p, j]``."""
    return _product(slope[:, None, :] * errors, a).reshape(len(slope), len(errors), len(a))


def contract_symmetric(changes: Array, a: Array) -> Array:
    """Σ changes[i, p] a[j] a[q], where changes are symmetric in i and p: each pair of both once."""
    units = pairs_of(len(changes))
    products = np.empty((len(a) * (len(a) + 1) // 2, a.shape[-1]), a.dtype)
    filled = 0
    for j in range(len(a)):
        np.multiply(a[j], a[j:], out=products[filled : filled + len(a) - j])
        filled += len(a) - j
    return _product(changes[units.first, units.second], products)


def _product(left: Array, right: Array) -> Array:
    sums: Array = left.reshape(-1, left.shape[-1]) @ right.T
    return sums


def write(out: Array, row: Place, column: Place, sums: Array) -> None:
    """The block of two layers, and its mirror image."""
    _put(out, row, column, slice(None), sums)
    block = out[row.start : row.stop, column.start : column.stop]
    out[column.start : column.stop, row.start : row.stop] = block.T


def write_symmetric(out: Array, place: Place, sums: Array) -> None:
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
