"""What a worker does before it calls itself ready, so that the first request meets no first time."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from app.serving.forking import modules_of
from app.serving.wire import Encoding, encode
from app.serving.worker import load

SPECS: tuple[Mapping[str, Any], ...] = (
    {
        "objective": {"kind": "rosenbrock"},
        "optimisers": [{"kind": "adam"}],
        "steps": 4,
        "view": {"resolution": [3, 3]},
    },
    {
        "objective": {
            "kind": "network",
            "layers": [{"units": 2}],
            "data": {"kind": "iris"},
            "loss": {"kind": "cross_entropy"},
        },
        "optimisers": [{"kind": "adam"}],
        "steps": 4,
    },
)
"""A surface, and a network on real data, which come out of a file."""


def warm_up(jobs: str) -> None:
    """Import the engine and what it imports late, and take short runs through every floor, wire format included."""
    for module in modules_of(jobs):
        importlib.import_module(module)
    job = load(jobs, "run")
    for spec in SPECS:
        piece = job.advance(job.spec.model_validate(spec), None, 1.0)
        encode(piece.events, Encoding("messages"))
