"""Arrays that begin where the processor's widest registers like them to, and sweeps that are not copied first.

malloc lays large arrays 16 bytes beyond a page, and then every 64-byte load and store of a sweep touches two cache
lines: on a processor with AVX-512 adding two such arrays takes twice the time. Let buffers that stay begin here.

NumPy copies rows of an operand that is broadcast, or whose rows do not touch, to a buffer of its own wherever several
of them fit there (8,192 numbers, unless told), which takes longer than to add them: see :class:`unbuffered`.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import DTypeLike

from app.core.interfaces import Array

LINE = 64
"""Bytes of a cache line, and of the widest registers."""

SMALL = 256
"""Numbers of NumPy's buffers that still cost nothing where types differ and a buffer is needed."""


def aligned(shape: int | tuple[int, ...], dtype: DTypeLike = np.float64) -> Array:
    """An array of ``shape``, not filled, whose memory begins on a multiple of :data:`LINE` bytes."""
    kind = np.dtype(dtype)
    size = math.prod(shape if isinstance(shape, tuple) else (shape,)) * kind.itemsize
    raw = np.empty(size + LINE, np.uint8)
    start = -raw.ctypes.data % LINE
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
