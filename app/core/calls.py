"""Work written down as calls on buffers that stay: what is left of it in a loop is to call."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from app.core.interfaces import Array
from app.core.memory import Stock

Call = tuple[Callable[..., Any], tuple[Any, ...]]
"""A function and its positional arguments: by keyword, or with a Python number among them, ufuncs take longer."""

SMALL_PRODUCT = 1 << 16
"""Bytes of a product that ``np.dot`` writes sooner than ``np.matmul``."""

UNPACKED, BRIEF = 10**6, 1_200
"""Multiplications up to which OpenBLAS multiplies matrices as they lie, which takes two thirds of the time, and numbers
of what it writes up to which it does so where it is to read one of them the other way round."""
FEWEST = 4
"""Rows of a matrix below which that gains nothing."""


def numbers(like: Array, *values: float) -> tuple[Array, ...]:
    """Numbers as arrays without axes in the precision of ``like``; a call reads what they hold by then."""
    return tuple(np.array(value, like.dtype) for value in values)


def told_numbers(like: Array, count: int) -> tuple[Array, ...]:
    """Room ``(count,)`` for numbers that calls are to be told, and each of these as :func:`numbers` are."""
    told = np.zeros(count, like.dtype)
    return told, *(told[at : at + 1].reshape(()) for at in range(count))


def product(left: Array, right: Array, out: Array) -> Call:
    """The matrix product of two, in the precision of ``out``.

    ``np.dot`` begins in half of the time, and fills what it writes with zeros first, which takes longer once that is
    large.
    """
    quick = out.flags.c_contiguous and out.nbytes <= SMALL_PRODUCT
    return np.dot if quick else np.matmul, (left, right, out)


def paired(left: Array, right: Array, out: Array) -> Call:
    """Σ left[i] right[j] over the last axis of both, ``(rows, n)`` and ``(columns, n)`` to ``(rows, columns)``.

    In equal parts of the rows where that is quicker.
    """
    rows, columns = out.shape
    most = min(BRIEF // columns, UNPACKED // max(columns * left.shape[-1], 1))
    height = next((some for some in range(min(rows, most), FEWEST - 1, -1) if rows % some == 0), rows)
    if height == rows:
        return product(left, right.T, out)
    left, out = (array.reshape(-1, height, array.shape[-1]) for array in (left, out))
    return np.matmul, (left, right.T, out)


class Plan:
    """Calls written down one after another, on arrays that are left to others as soon as nobody reads them any more."""

    def __init__(self, stock: Stock) -> None:
        self.calls = list[Call]()
        self.array, self.give_back = stock.array, stock.give_back

    def call(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Write down one call more."""
        self.calls.append((function, arguments))

    def times(self, left: Array, right: Array, out: Array | None = None) -> Array:
        """Write down left · right; where it will be."""
        if out is None:
            out = self.array(*np.broadcast(left, right).shape)
        self.call(np.multiply, left, right, out)
        return out

    def add(self, total: Array, share: Array) -> None:
        """Write down that ``share`` is added to ``total``."""
        self.call(np.add, total, share, total)

    def absorb(self, total: Array, share: Array) -> None:
        """The same, of a share that nobody else reads."""
        self.add(total, share)
        self.give_back(share)

    def paired(self, left: Array, right: Array, out: Array) -> None:
        """Write down :func:`paired`."""
        self.calls.append(paired(left, right, out))


def carry_out(calls: Iterable[Call]) -> None:
    """Call one after another."""
    for function, arguments in calls:
        function(*arguments)
