"""Where a run is cut into chunks: by the spec alone, so that slicing never shows in the bytes."""

from __future__ import annotations

from app.core.interfaces import Objective, Optimiser
from app.experiments.build import layered

CHUNK_SECONDS = 0.03
CHUNK_NUMBERS = 1_000_000
MAX_CHUNK = 128
FLOPS = 8e9
"""Floating-point operations a second that one core is counted on."""
PRODUCT_FLOPS = 2e10
"""The same inside a matrix product."""
UNIT_SECONDS = 2e-8
"""What one unit does to one example besides the products of a step and its record."""


def step_seconds(objective: Objective) -> float:
    """Estimated seconds of one recorded step of one optimiser on one core."""
    network = layered(objective)
    if network is None:
        return 1e-4 + cell_seconds(objective)
    units = sum(layer.fan_out for layer in network.layers)
    return (
        5e-5
        + 1e-5 * len(network.layers)
        + network.examples * (8 * objective.dim / PRODUCT_FLOPS + UNIT_SECONDS * units)
    )


def racer_seconds(objective: Objective, optimiser: Optimiser) -> float:
    """The same of a given optimiser, its own arithmetic included."""
    return step_seconds(objective) + optimiser.step_flops(objective) / FLOPS


def chunk_limit(objective: Objective, extra: float = 0.0) -> int:
    """Steps per chunk at full size: about ``CHUNK_SECONDS`` of work and ``CHUNK_NUMBERS`` parameters, 1 to 128.

    ``extra`` are seconds per step for what is measured besides.
    """
    by_time = int(CHUNK_SECONDS / (step_seconds(objective) + extra))
    return max(1, min(MAX_CHUNK, by_time, CHUNK_NUMBERS // objective.dim))


def chunk_at(step: int, limit: int) -> int:
    """Length of the chunk that begins at ``step``: 1, 2, 4, … up to ``limit``."""
    return min(limit, step + 1)


def cell_seconds(objective: Objective) -> float:
    """Seconds of one loss value inside a batch."""
    network = layered(objective)
    if network is None:
        return float(getattr(objective, "seconds", 1e-6))
    return 2e-6 + 8 * objective.dim * network.examples / FLOPS
