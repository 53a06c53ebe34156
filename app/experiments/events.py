"""Events: what a computation tells its viewer. The wire format is made of them one floor up."""

from __future__ import annotations

from math import isfinite
from typing import Any, NamedTuple

from app.core.interfaces import Array


class Event(NamedTuple):
    """One thing that happened.

    Attributes:
        kind: the event's name on the wire.
        data: numbers, strings, lists, dicts and NumPy arrays; all numbers finite except inside :class:`Holey`.
    """

    kind: str
    data: dict[str, Any]


class Single(NamedTuple):
    """An array of which single precision is enough for a picture; JSON still carries all digits."""

    array: Array


class Holey(NamedTuple):
    """An array in which non-finite numbers are holes: declared, counted, and kept on the wire.

    Attributes:
        array: the numbers.
        single: single precision is enough, as in :class:`Single`.
    """

    array: Array
    single: bool = False


def finite(value: Any) -> float | None:
    """A number, or None where it is not finite."""
    return float(value) if isfinite(value) else None
