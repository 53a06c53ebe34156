"""Arrays that begin where the processor's widest registers like them to, and sweeps that are not copied first.

malloc lays large arrays 16 bytes beyond a page, and then every 64-byte load and store of a sweep touches two cache
lines: on a processor with AVX-512 adding two such arrays takes twice the time. Let buffers that stay begin here.

NumPy copies rows of an operand that is broadcast, or whose rows do not touch, to a buffer of its own wherever several
of them fit there (8,192 numbers, unless told), which takes longer than to add them: see :class:`unbuffered`.
"""

from __future__ import annotations

import math
import threading
from bisect import bisect_left, insort
from collections.abc import Hashable
from ctypes import addressof, c_char
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import DTypeLike

from app.core.interfaces import Array

Key = TypeVar("Key", bound=Hashable)
Made = TypeVar("Made")

LINE = 64
"""Bytes of a cache line, and of the widest registers."""

SMALL = 256
"""Numbers of NumPy's buffers that still cost nothing where types differ and a buffer is needed."""

LOOSE = 4
"""How many times as large as an array the memory may be that it gets of what is given back."""


def aligned(shape: int | tuple[int, ...], dtype: DTypeLike = np.float64) -> Array:
    """An array of ``shape``, not filled, whose memory begins on a multiple of :data:`LINE` bytes."""
    kind = np.dtype(dtype)
    size = math.prod(shape if isinstance(shape, tuple) else (shape,)) * kind.itemsize
    raw = np.empty(size + LINE, np.uint8)
    start = -addressof(c_char.from_buffer(raw.data)) % LINE  # ``raw.ctypes.data``, only sooner
    return np.ndarray(shape, kind, raw, start)


def aligned_rows(count: int, width: int, dtype: DTypeLike = np.float64) -> Array:
    """``(count, width)``, not filled, of which every row begins on a multiple of :data:`LINE` bytes."""
    line = LINE // np.dtype(dtype).itemsize
    return aligned((count, -(-width // line) * line), dtype)[:, :width]


class unbuffered(np.errstate):  # noqa: N801 - as the class above it is named
    """``np.errstate`` in which NumPy sweeps rows of some hundred numbers and more where they lie, without copies."""

    def __enter__(self) -> None:
        super().__enter__()
        np.setbufsize(SMALL)  # in the context that __exit__ leaves


def alike(array: Array) -> Array:
    """An aligned array of the same shape and type, not filled."""
    return aligned(array.shape, array.dtype)


class Layout:
    """Arrays of some shapes side by side in one, each from a cache line on: one copy of the whole copies all of them.

    Attributes:
        starts: where each array begins in the whole, and last the size of the whole.
    """

    def __init__(self, dtype: DTypeLike, *shapes: tuple[int, ...]) -> None:
        self.dtype, self._shapes = np.dtype(dtype), shapes
        line, self.starts = LINE // self.dtype.itemsize, [0]
        for shape in shapes:
            self.starts.append(self.starts[-1] + -(-math.prod(shape) // line) * line)

    def size(self, first: int = 0) -> int:
        """Numbers in a whole without its first few arrays."""
        return self.starts[-1] - self.starts[first]

    def views(self, wholes: Array, first: int = 0) -> list[Array]:
        """The arrays in wholes ``(…, size)`` without their first few."""
        found = []
        for start, shape in zip(self.starts[first:], self._shapes[first:], strict=False):
            begin = start - self.starts[first]
            found.append(wholes[..., begin : begin + math.prod(shape)].reshape(wholes.shape[:-1] + shape))
        return found


class Room:
    """Memory that is used again and again, as much as was ever asked for at once, up to ``most`` bytes.

    What is new to a process the system clears first, page by page, which takes longer than to fill it.
    """

    def __init__(self, most: int) -> None:
        self._most, self._kept = most, aligned(0)

    def array(self, shape: tuple[int, ...], dtype: DTypeLike) -> Array:
        """An array that is not filled; it is there until the next one is asked for."""
        kind = np.dtype(dtype)
        size = math.prod(shape) * kind.itemsize
        if size > self._most:
            return aligned(shape, kind)
        if size > self._kept.nbytes:
            self._kept = aligned(size, np.uint8)
        return np.ndarray(shape, kind, self._kept)


class Stock:
    """Arrays of one type for calls that are written down one after another: what is given back is handed out again.

    Attributes:
        nbytes: of all the memory that it ever took.
    """

    def __init__(self, dtype: DTypeLike) -> None:
        self._dtype, self.nbytes = np.dtype(dtype), 0
        self._free: list[Array] = []  # the smallest first
        self._lent: dict[int, Array] = {}

    def array(self, *shape: int) -> Array:
        """An array that is not filled, in the smallest memory given back that is large enough and not far too large."""
        size = math.prod(shape)
        first = bisect_left(self._free, size, key=len)
        if first < len(self._free) and len(self._free[first]) <= LOOSE * size:
            flat = self._free.pop(first)
        else:
            flat = aligned(size, self._dtype)
            self.nbytes += flat.nbytes
        self._lent[id(flat.base)] = flat
        return np.ndarray(shape, self._dtype, flat)

    def give_back(self, *arrays: Array) -> None:
        """Nobody reads these any more."""
        for array in arrays:
            insort(self._free, self._lent.pop(id(array.base)), key=len)


class Latest(threading.local, Generic[Key, Made]):
    """What was made last, by key, ``most`` of it at once; each thread has its own."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[Key, Made] = {}

    def take(self, key: Key) -> Made | None:
        """Take out what is kept under a key."""
        return self._kept.pop(key, None)

    def keep(self, key: Key, made: Made) -> None:
        """Keep it, in place of what was kept longest ago where that is too much."""
        self._kept[key] = made
        if len(self._kept) > self._most:
            del self._kept[next(iter(self._kept))]
