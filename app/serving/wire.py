"""Events to bytes: SSE, NDJSON, binary messages or one JSON document."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

import numpy as np
import orjson

from app.core.interfaces import Array
from app.experiments.events import Event, Holey
from app.serving.columns import Carry, Columns, as_base64, as_digits
from app.serving.messages import message
from app.serving.values import dump, plain

Framing = Literal["sse", "ndjson", "messages", "events"]


class Encoding(NamedTuple):
    """How events travel: framed for a client, or (``events``) kept whole for a reply made of all of them.

    Attributes:
        framing: of events.
        columns: how JSON carries arrays; ``messages`` have a way of their own.
    """

    framing: Framing = "events"
    columns: Columns = "json"


_CARRIERS: Mapping[Columns, Carry] = MappingProxyType({"json": as_digits, "base64": as_base64})


def encode(events: Sequence[Event], encoding: Encoding) -> bytes:
    """The bytes of consecutive events; the concatenation over slices does not depend on the slicing."""
    return _FRAMINGS[encoding.framing](events, encoding.columns)


def decode(chunks: Iterable[bytes]) -> list[Event]:
    """All events of chunks that were encoded with ``events`` framing."""
    return [event for chunk in chunks for event in pickle.loads(chunk)]


def document(data: Mapping[str, Any], columns: Columns) -> bytes:
    """One JSON document."""
    return dump(plain(dict(data), _CARRIERS[columns]))


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


def _messages(events: Sequence[Event], columns: Columns) -> bytes:
    return b"".join(map(message, events))


def _whole(events: Sequence[Event], columns: Columns) -> bytes:
    return pickle.dumps(list(events), pickle.HIGHEST_PROTOCOL)


_FRAMINGS: Mapping[Framing, Callable[[Sequence[Event], Columns], bytes]] = MappingProxyType(
    {"sse": _sse, "ndjson": _ndjson, "messages": _messages, "events": _whole}
)


def _line(event: Event, columns: Columns) -> bytes:
    return dump({"kind": event.kind, **plain(event.data, _CARRIERS[columns])})


def _array_of(value: Any) -> Array:
    return np.array(value.array if isinstance(value, Holey) else value)
