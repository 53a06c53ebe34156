"""Events in binary, for the page: a message each, whose columns are typed arrays as they lie in memory.

A message is two ``uint32``, the lengths of header and body, both multiples of 8; the header, the event's JSON padded
with spaces; and the body, its columns, each from a multiple of 8 on. All is little-endian, so that in a stream every
column begins on a multiple of 8. In the JSON a column is ``{"dtype": "float32" | "float64" | "int32", "shape": […],
"offset": bytes from the start of the body}``; a hole is NaN. A column of equal numbers, or of whole ones in equal
steps, is not in the body: it is ``{"dtype", "shape", "first", "stride"}``, and its i-th number is first + i·stride.
"""

from __future__ import annotations

import struct
from math import isfinite
from typing import Any

import numpy as np

from app.core.interfaces import Array
from app.experiments.events import Event
from app.serving.columns import (
    HIGHEST,
    INTEGER,
    LARGEST,
    LOWEST,
    NAMES,
    SINGLE,
    TINY,
    as_digits,
    is_numeric,
    narrowed,
    real,
)
from app.serving.values import dump, plain

LENGTHS = struct.Struct("<II")
ALIGNED = 8
LEAST = 4
"""Shorter columns are sent as they are: to say how they go on would be longer."""


def message(event: Event) -> bytes:
    """One event."""
    body = Body()
    header = dump({"kind": event.kind, **plain(event.data, body.carry)})
    padding = b" " * (-len(header) % ALIGNED)
    return b"".join((LENGTHS.pack(len(header) + len(padding), body.size), header, padding, *body.parts))


class Body:
    """The columns of a message.

    Attributes:
        size: bytes so far, a multiple of 8.
        parts: buffers that make it up.
    """

    def __init__(self) -> None:
        self.size = 0
        self.parts: list[Any] = []

    def carry(self, array: Array, holes: bool, single: bool) -> Any:
        """Put a column into the body, unless it is regular; what JSON says of it."""
        if not is_numeric(array):
            return as_digits(array, holes, single)
        if rule := regular(array, single):
            return rule
        column, offset = narrowed(array, holes, single), self.size
        self.parts.append(column)
        self.size += column.nbytes
        if rest := -column.nbytes % ALIGNED:
            self.parts.append(bytes(rest))
            self.size += rest
        return {"dtype": NAMES[column.dtype], "shape": column.shape, "offset": offset}


def regular(array: Array, single: bool) -> dict[str, Any] | None:
    """How a column of numbers goes on from its first; None where it has to be told number by number.

    To the bit: zeros of both signs are not equal, and holes follow no rule.
    """
    if array.size < LEAST:
        return None
    first, second = array.item(0), array.item(1)
    if array.dtype.kind == "f":
        return _repeated(array, first, single) if first == second == array.item(-1) and isfinite(first) else None
    stride, last = second - first, array.item(-1)
    if first + (array.size - 1) * stride != last or min(first, last) < LOWEST or max(first, last) > HIGHEST:
        return None
    return _rule(INTEGER, array, first, stride) if _progresses(array, first, stride) else None


def _rule(kind: np.dtype[Any], array: Array, first: float, stride: int) -> dict[str, Any]:
    return {"dtype": NAMES[kind], "shape": array.shape, "first": first, "stride": stride}


def _repeated(array: Array, first: float, single: bool) -> dict[str, Any] | None:
    if not _is_constant(array):
        return None
    if single and (first == 0 or TINY <= abs(first) <= LARGEST):
        return _rule(SINGLE, array, float(SINGLE.type(first)), 0)
    return _rule(real(array), array, float(first), 0)


def _progresses(array: Array, first: int, stride: int) -> bool:
    """Whether all between the ends are in their places."""
    if not stride:
        return _is_constant(array)
    places = np.arange(first, first + array.size * stride, stride, dtype=array.dtype)
    return bool(places.tobytes() == array.tobytes())


def _is_constant(array: Array) -> bool:
    bits = array.tobytes()
    return bits == bits[: array.itemsize] * array.size
