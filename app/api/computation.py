"""What a call that computes is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from app.api.negotiation import BINARY, JSON, NDJSON, SSE

WHOLE = (JSON,)
STREAMED = (JSON, SSE, NDJSON)
GRIDS = (JSON, SSE, NDJSON, BINARY)


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
