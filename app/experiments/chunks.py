"""Where a run is cut into chunks: by the spec alone, so that slicing never shows in the bytes."""

from __future__ import annotations

from app.core.interfaces import Objective
from app.experiments.build import layered

CHUNK_SECONDS = 0.015
CHUNK_NUMBERS = 1_000_000
MAX_CHUNK = 64


def step_seconds(objective: Objective) -> float:
    """Estimated seconds of one recorded step of one optimiser on one core."""
    network = layered(objective)
    if network is None:
        return 1e-4
    return 2e-4 + 20e-6 * len(network.layers) + 18 * objective.dim * network.examples / 8e9


def chunk_limit(objective: Objective) -> int:
    """Steps per chunk at full size: about ``CHUNK_SECONDS`` of work and ``CHUNK_NUMBERS`` parameters, 1 to 64."""
    by_time = int(CHUNK_SECONDS / step_seconds(objective))
    return max(1, min(MAX_CHUNK, by_time, CHUNK_NUMBERS // objective.dim))


def chunk_at(step: int, limit: int) -> int:
    """Length of the chunk that begins at ``step``: 1, 2, 4, … up to ``limit``."""
    return min(limit, step + 1)
