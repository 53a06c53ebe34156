"""Work written down as calls on buffers that stay: what is left of it in a loop is to call."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from app.core.interfaces import Array

Call = tuple[Callable[..., Any], tuple[Any, ...]]
"""A function and its positional arguments: by keyword, or with a Python number among them, ufuncs take longer."""

SMALL_PRODUCT = 1 << 16
"""Bytes of a product that ``np.dot`` writes sooner than ``np.matmul``."""


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


def carry_out(calls: Iterable[Call]) -> None:
    """Call one after another."""
    for function, arguments in calls:
        function(*arguments)
