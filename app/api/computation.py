"""What a call that computes is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from app.api.negotiation import BINARY, EVENTS, JSON, NDJSON, SSE

WHOLE = (JSON,)
STREAMED = (JSON, SSE, NDJSON, EVENTS)
GRIDS = (JSON, SSE, NDJSON, BINARY, EVENTS)


BODIES: Mapping[str, Any] = {
    JSON: {"type": "object"},
    SSE: {"type": "string"},
    NDJSON: {"type": "string"},
    BINARY: {"type": "string", "format": "binary"},
    EVENTS: {
        "type": "string",
        "format": "binary",
        "description": "A message for each event, little-endian: two `uint32`, the lengths of header and body, both "
        "multiples of 8; the header, the event's JSON padded with spaces; the body. A column is `{dtype, shape, "
        "offset}`: row-major `float32`, `float64` or `int32` from a byte of the body that is a multiple of 8, NaN "
        "where there is a hole. Or it is `{dtype, shape, first, stride}` and not in the body: number i is first + "
        "i·stride. `columns` changes nothing.",
    },
}
"""Schemas by media type."""


class Computation(NamedTuple):
    """A route that runs a job.

    Attributes:
        path: address.
        job: name of the job.
        summary: one line for the API's reference.
        description: what comes back, by media type.
        media: what is offered, the default first.
        examples: bodies that work, by title.
    """

    path: str
    job: str
    summary: str
    description: str
    media: tuple[str, ...]
    examples: Mapping[str, Any]
