"""Events to bytes: SSE, NDJSON or one JSON document; columns as JSON numbers or as base64.

Non-finite numbers never become ``null`` by accident: outside :class:`~app.experiments.events.Holey` they are an error.
"""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

import numpy as np
import orjson
import pybase64

from app.core.interfaces import Array
from app.experiments.events import Event, Holey, Single

Framing = Literal["sse", "ndjson", "events"]
Columns = Literal["json", "base64"]

INT32 = np.iinfo(np.int32)
FLOAT32 = np.finfo(np.float32)


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


class Encoding(NamedTuple):
    """How events travel: framed for a client, or (``events``) kept whole for a reply made of all of them."""

    framing: Framing = "events"
    columns: Columns = "json"


def encode(events: Sequence[Event], encoding: Encoding) -> bytes:
    """The bytes of consecutive events; the concatenation over slices does not depend on the slicing."""
    return _FRAMINGS[encoding.framing](events, encoding.columns)


def decode(chunks: Iterable[bytes]) -> list[Event]:
    """All events of chunks that were encoded with ``events`` framing."""
    return [event for chunk in chunks for event in pickle.loads(chunk)]


def document(data: Mapping[str, Any], columns: Columns) -> bytes:
    """One JSON document."""
    return _dump(plain(dict(data), columns))


def grid_document(data: Mapping[str, Any]) -> bytes:
    """A landscape in binary: ``uint32`` length of the header, JSON header, ``float32`` grid, all little-endian.

    The header is the JSON reply with ``loss`` replaced by ``{"dtype": "float32", "shape": [rows, columns],
    "offset": bytes from the start of the body}``; it is padded with spaces so that the grid begins on a multiple of 8.
    A hole is NaN.
    """
    grid = _array_of(data["loss"]).astype("<f4")
    grid[~np.isfinite(grid)] = np.nan
    place = {"dtype": "float32", "shape": list(grid.shape), "offset": 0}
    size = -(-(len(document({**data, "loss": place}, "json")) + 16) // 8) * 8
    header = document({**data, "loss": {**place, "offset": size}}, "json").ljust(size - 4)
    return len(header).to_bytes(4, "little") + header + grid.tobytes()


def file_document(data: Mapping[str, Any]) -> bytes:
    """A file on its way from a worker: ``uint32`` length of the header, JSON header (name, media type), content."""
    header = document({key: data[key] for key in ("name", "media_type")}, "json")
    return len(header).to_bytes(4, "little") + header + bytes(data["content"])


def opened(file: bytes) -> tuple[str, str, bytes]:
    """(name, media type, content) of a :func:`file_document`."""
    start = 4 + int.from_bytes(file[:4], "little")
    header = orjson.loads(file[4:start])
    return header["name"], header["media_type"], file[start:]


def _sse(events: Sequence[Event], columns: Columns) -> bytes:
    return b"".join(
        part for e in events for part in (b"event: ", e.kind.encode(), b"\ndata: ", _line(e, columns), b"\n\n")
    )


def _ndjson(events: Sequence[Event], columns: Columns) -> bytes:
    return b"".join(_line(event, columns) + b"\n" for event in events)


def _whole(events: Sequence[Event], columns: Columns) -> bytes:
    return pickle.dumps(list(events), pickle.HIGHEST_PROTOCOL)


_FRAMINGS: Mapping[Framing, Callable[[Sequence[Event], Columns], bytes]] = MappingProxyType(
    {"sse": _sse, "ndjson": _ndjson, "events": _whole}
)


def _line(event: Event, columns: Columns) -> bytes:
    return _dump({"kind": event.kind, **plain(event.data, columns)})


def _dump(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY)


def plain(value: Any, columns: Columns) -> Any:
    """``value`` with every array and number ready for JSON.

    Raises:
        NonFiniteError: a NaN or an infinity outside a :class:`Holey`; the message names the place.
    """
    kind = type(value)
    if kind in _AS_THEY_ARE:
        return value
    return _READY.get(kind, _other)(value, columns)


def _other(value: Any, columns: Columns) -> Any:
    """What is none of the types that events are made of, but of their kind."""
    if isinstance(value, dict):
        return _fields(value, columns)
    if isinstance(value, list | tuple):
        return _items(value, columns)
    return _scalar(value)


def _holey(value: Holey, columns: Columns) -> Any:
    array = np.asarray(value.array)
    return _column(_holed(_single(array, columns) if value.single else array), columns)


_AS_THEY_ARE = frozenset({str, int, bool, type(None)})


def _fields(value: Mapping[Any, Any], columns: Columns) -> dict[str, Any]:
    ready, key = {}, None
    try:
        for key, item in value.items():
            ready[str(key)] = plain(item, columns)
    except NonFiniteError as error:
        raise error.under(key) from None
    return ready


def _items(value: Sequence[Any], columns: Columns) -> Sequence[Any]:
    if _AS_THEY_ARE.issuperset(map(type, value)):
        return value
    return list(_fields(dict(enumerate(value)), columns).values())


def _scalar(value: Any) -> Any:
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, float) and not math.isfinite(value):
        raise NonFiniteError(f"is {value}; non-finite numbers travel only as declared holes")
    return value


def _finite(array: Array) -> Array:
    if array.dtype.kind == "f" and not _is_finite(array):
        raise NonFiniteError("holds NaN or infinity; wrap it in Holey where that is meant")
    return array


def _is_finite(array: Array) -> bool:
    """Whether every number is: so is the sum of their squares, in a third of the time, but where that overflows."""
    return math.isfinite(np.vdot(array, array)) or bool(np.isfinite(array).all())


def _holed(array: Array) -> Array:
    """Every hole a NaN."""
    if array.dtype.kind != "f" or _is_finite(array):
        return array
    return np.where(np.isfinite(array), array, array.dtype.type(np.nan))


def _single(array: Array, columns: Columns) -> Array:
    """Single precision on the compact wire, unless a number would overflow or vanish there."""
    if columns != "base64" or array.dtype == np.float32:
        return array
    return array.astype(np.float32) if _fits(array) else array


def _fits(array: Array) -> bool:
    """Whether sizes, zeros and holes apart, are in the range of single precision; the usual case first."""
    if array.size and np.vdot(array, array) <= float(FLOAT32.max) ** 2 and np.abs(array).min() >= FLOAT32.tiny:
        return True
    size = np.abs(array)
    size = size[np.isfinite(size) & (size != 0)]
    return not size.size or bool(size.max() <= FLOAT32.max and size.min() >= FLOAT32.tiny)


def _array_of(value: Any) -> Array:
    return np.array(value.array if isinstance(value, Holey) else value)


def _column(array: Array, columns: Columns) -> Any:
    if array.ndim == 0 or array.dtype.kind not in "fiu":
        return array.tolist()
    return _base64(array) if columns == "base64" else np.ascontiguousarray(array)


def _base64(array: Array) -> dict[str, Any]:
    kind = _carried(array)
    narrow = np.ascontiguousarray(array, dtype=kind)
    return {"dtype": _NAMES[kind], "shape": narrow.shape, "base64": pybase64.b64encode_as_string(narrow.data)}


_SINGLE, _DOUBLE, _INTEGER = np.dtype("<f4"), np.dtype("<f8"), np.dtype("<i4")
_NAMES: Mapping[np.dtype[Any], str] = MappingProxyType({_SINGLE: "float32", _DOUBLE: "float64", _INTEGER: "int32"})
"""The dtypes of the contract, little-endian."""


def _carried(array: Array) -> np.dtype[Any]:
    """The one that holds the array exactly."""
    if array.dtype.kind == "f":
        return _SINGLE if array.dtype.itemsize <= _SINGLE.itemsize else _DOUBLE
    if not array.size or np.can_cast(array.dtype, _INTEGER):
        return _INTEGER
    return _INTEGER if array.min() >= INT32.min and array.max() <= INT32.max else _DOUBLE


_READY: Mapping[type, Callable[[Any, Columns], Any]] = MappingProxyType(
    {
        np.ndarray: lambda array, columns: _column(_finite(array), columns),
        Single: lambda value, columns: _column(_single(_finite(np.asarray(value.array)), columns), columns),
        Holey: _holey,
        dict: _fields,
        list: _items,
        float: lambda number, _: _scalar(number),
    }
)
"""What is done with the types that events are made of."""
