"""Events to bytes: SSE, NDJSON or one JSON document; columns as JSON numbers or as base64.

Non-finite numbers never become ``null`` by accident: outside :class:`~app.experiments.events.Holey` they are an error.
"""

from __future__ import annotations

import binascii
import math
import pickle
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

import numpy as np
import orjson

from app.core.interfaces import Array
from app.experiments.events import Event, Holey, Single

Framing = Literal["sse", "ndjson", "events"]
Columns = Literal["json", "base64"]

INT32 = np.iinfo(np.int32)
FLOAT32 = np.finfo(np.float32)


class NonFiniteError(ValueError):
    """A number that JSON cannot carry, outside a declared hole."""


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
    size = _padded(len(document({**data, "loss": place}, "json")) + 16)
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


def _padded(size: int) -> int:
    return -(-size // 8) * 8


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


def plain(value: Any, columns: Columns, path: str = "") -> Any:
    """``value`` with every array and number ready for JSON.

    Raises:
        NonFiniteError: a NaN or an infinity outside a :class:`Holey`; the message names the place.
    """
    if isinstance(value, Holey):
        array = np.asarray(value.array)
        return _column(_single(array, columns) if value.single else array, columns)
    if isinstance(value, Single):
        return _column(_single(_finite(np.asarray(value.array), path), columns), columns)
    if isinstance(value, np.ndarray):
        return _column(_finite(value, path), columns)
    if isinstance(value, dict):
        return {str(key): plain(item, columns, f"{path}/{key}") for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, columns, f"{path}/{i}") for i, item in enumerate(value)]
    return _scalar(value, path)


def _scalar(value: Any, path: str) -> Any:
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, float) and not math.isfinite(value):
        raise NonFiniteError(f"{path or 'the value'} is {value}; non-finite numbers travel only as declared holes")
    return value


def _finite(array: Array, path: str) -> Array:
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise NonFiniteError(f"{path or 'the array'} holds NaN or infinity; wrap it in Holey where that is meant")
    return array


def _single(array: Array, columns: Columns) -> Array:
    """Single precision on the compact wire, unless a number would overflow or vanish there."""
    if columns != "base64" or array.dtype == np.float32:
        return array
    return array.astype(np.float32) if _fits(np.abs(array)) else array


def _fits(size: Array) -> bool:
    """Whether sizes, zeros and holes apart, are in the range of single precision; the usual case first."""
    if size.size and FLOAT32.tiny <= size.min() and size.max() <= FLOAT32.max:
        return True
    size = size[np.isfinite(size) & (size != 0)]
    return not size.size or bool(size.max() <= FLOAT32.max and size.min() >= FLOAT32.tiny)


def _array_of(value: Any) -> Array:
    return np.array(value.array if isinstance(value, Holey) else value)


def _column(array: Array, columns: Columns) -> Any:
    if array.ndim == 0 or array.dtype.kind not in "fiu":
        return array.tolist()
    return _base64(array) if columns == "base64" else np.ascontiguousarray(array)


def _base64(array: Array) -> dict[str, Any]:
    narrow = np.ascontiguousarray(array, dtype=_carried(array))
    if narrow.dtype.kind == "f" and not (finite := np.isfinite(narrow)).all():
        narrow = np.where(finite, narrow, narrow.dtype.type(np.nan))
    text = binascii.b2a_base64(narrow.data, newline=False).decode("ascii")
    return {"dtype": narrow.dtype.name, "shape": list(narrow.shape), "base64": text}


def _carried(array: Array) -> np.dtype[Any]:
    """One of the three dtypes of the contract, little-endian, that holds the array exactly."""
    if array.dtype.kind == "f":
        return np.dtype("<f4" if array.dtype.itemsize <= 4 else "<f8")
    fits = array.size == 0 or (array.min() >= INT32.min and array.max() <= INT32.max)
    return np.dtype("<i4" if fits else "<f8")
