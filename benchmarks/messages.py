"""What the server's binary messages say, read as a client reads them."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from functools import partial
from math import prod
from typing import Any

import numpy as np

from benchmarks.cases import Array


def events_of(stream: bytes) -> Iterator[dict[str, Any]]:
    """The events of a stream of messages, their columns as arrays."""
    at = 0
    while at < len(stream):
        header, body = struct.unpack_from("<II", stream, at)
        start = at + 8 + header
        at = start + body
        yield json.loads(stream[start - header : start], object_hook=partial(_column, stream[start:at]))


def _column(body: bytes, value: dict[str, Any]) -> dict[str, Any] | Array:
    if "dtype" not in value:
        return value
    kind, shape = np.dtype(value["dtype"]).newbyteorder("<"), value["shape"]
    if "offset" in value:
        return np.frombuffer(body, kind, prod(shape), value["offset"]).reshape(shape)
    column = np.full(shape, value["first"], kind)
    if value["stride"]:
        column += (value["stride"] * np.arange(prod(shape))).astype(kind).reshape(shape)
    return column
