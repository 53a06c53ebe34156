"""Numeric columns in text: digits, or base64 of their memory in the smallest type that holds them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import pybase64

from app.core.interfaces import Array

Columns = Literal["json", "base64"]

Carry = Callable[[Array, bool, bool], Any]
"""What JSON holds in place of an array; whether what is not finite is a hole; whether single precision is enough."""

SINGLE, DOUBLE, INTEGER = np.dtype("<f4"), np.dtype("<f8"), np.dtype("<i4")
NAMES: Mapping[np.dtype[Any], str] = MappingProxyType({SINGLE: "float32", DOUBLE: "float64", INTEGER: "int32"})
"""The dtypes of the contract, little-endian."""

LOWEST, HIGHEST = (int(getattr(np.iinfo(INTEGER), end)) for end in ("min", "max"))
TINY, LARGEST = (float(getattr(np.finfo(SINGLE), end)) for end in ("tiny", "max"))


class NonFiniteError(ValueError):
    """A number that JSON cannot carry, outside a declared hole.

    Args:
        what: what is wrong with the value.
        path: where it is.
    """

    def __init__(self, what: str, path: str = "") -> None:
        super().__init__(f"{path or 'the value'} {what}")
        self._what, self._path = what, path

    def under(self, key: Any) -> NonFiniteError:
        """The same, of a value that is one level further in."""
        return NonFiniteError(self._what, f"/{key}{self._path}")


def as_digits(array: Array, holes: bool, _: bool) -> Any:
    """Numbers in all their digits; a hole is NaN, which JSON writes as ``null``."""
    sound = _sound(array, holes) if array.dtype.kind == "f" else array
    return np.ascontiguousarray(sound) if is_numeric(sound) else sound.tolist()


def as_base64(array: Array, holes: bool, single: bool) -> Any:
    """``{"dtype", "shape", "base64"}``; what is no column of numbers, as :func:`as_digits`."""
    if not is_numeric(array):
        return as_digits(array, holes, single)
    narrow = narrowed(array, holes, single)
    return {
        "dtype": NAMES[narrow.dtype],
        "shape": narrow.shape,
        "base64": pybase64.b64encode_as_string(narrow.data),
    }


def is_numeric(array: Array) -> bool:
    """Whether it is a column of numbers: text and truth values are not, nor is a single number."""
    return array.ndim > 0 and array.dtype.kind in "fiu"


def narrowed(array: Array, holes: bool, single: bool) -> Array:
    """A column of numbers, contiguous, in the type of the contract that holds it; every hole a NaN.

    Real numbers of which single precision is enough are in it, unless one would overflow or vanish there.

    Raises:
        NonFiniteError: a NaN or an infinity that is no hole.
    """
    if array.dtype.kind != "f":
        return np.ascontiguousarray(array, dtype=_whole(array))
    if single and _in_range(array):  # as norms and learning rates are
        return np.ascontiguousarray(array, dtype=SINGLE)
    sound, kind = _sound(array, holes), real(array)
    return np.ascontiguousarray(sound, dtype=SINGLE if single and _fits(sound) else kind)


def real(array: Array) -> np.dtype[Any]:
    """The type that holds real numbers exactly."""
    return SINGLE if array.dtype.itemsize <= SINGLE.itemsize else DOUBLE


def _whole(array: Array) -> np.dtype[Any]:
    """The type that holds whole numbers exactly; beyond 2⁵³, which no event has, to the nearest double."""
    if not array.size or np.can_cast(array.dtype, INTEGER):
        return INTEGER
    return INTEGER if array.min() >= LOWEST and array.max() <= HIGHEST else DOUBLE


def _sound(array: Array, holes: bool) -> Array:
    """Every number finite, or a hole, which is NaN.

    Where the sum of squares is finite so is every number, which is found out in a third of the time.
    """
    if math.isfinite(np.vdot(array, array)) or np.isfinite(array).all():
        return array
    if not holes:
        raise NonFiniteError("holds NaN or infinity; wrap it in Holey where that is meant")
    return np.where(np.isfinite(array), array, array.dtype.type(np.nan))


def _fits(array: Array) -> bool:
    """Whether sizes, zeros and holes apart, are in the range of single precision."""
    size = np.abs(array)
    if _in_range(size):
        return True
    size = size[np.isfinite(size) & (size != 0)]
    return not size.size or _in_range(size)


def _in_range(size: Array) -> bool:
    """Whether all are positive numbers of single precision's range; NaN would be both the first and the last."""
    return bool(size.size and size.item(size.argmin()) >= TINY and size.item(size.argmax()) <= LARGEST)
