"""What a worker does before it calls itself ready, so that the first request meets no first time."""

from __future__ import annotations

from app.serving.wire import Encoding, encode
from app.serving.worker import load

SPEC = {
    "objective": {"kind": "rosenbrock"},
    "optimisers": [{"kind": "adam"}],
    "steps": 4,
    "view": {"resolution": [3, 3]},
}


def warm_up(jobs: str) -> None:
    """Import the engine and take a short run through every floor, wire format included."""
    job = load(jobs, "run")
    piece = job.advance(job.spec.model_validate(SPEC), None, 1.0)
    encode(piece.events, Encoding("sse", "base64"))
