"""Where a run is cut into chunks: by the spec alone, so that slicing never shows in the bytes."""

from __future__ import annotations

from app.core.interfaces import LayeredObjective, Objective, Optimiser
from app.experiments.build import examples_of_step, layered
from app.experiments.records import Scope

CHUNK_SECONDS = 0.03
CHUNK_NUMBERS = 1_000_000
MAX_CHUNK = 128
FLOPS = 8e9
"""Floating-point operations a second that one core is counted on."""
PRODUCT_FLOPS = 2e10
"""The same inside a matrix product."""
UNIT_SECONDS = 2e-8
"""What one unit does to one example besides the products of a step and its record."""


PASSES, AND_SLICE = 6, 8
"""Operations for each parameter and example of both passes, and of these and of a loss in the plane."""


def step_seconds(objective: Objective) -> float:
    """Estimated seconds of one recorded step of one optimiser on one core."""
    network = layered(objective)
    return 1e-4 + cell_seconds(objective) if network is None else _network_seconds(network, network.examples, AND_SLICE)


def _network_seconds(network: LayeredObjective, examples: int, flops: int) -> float:
    units = sum(layer.fan_out for layer in network.layers)
    return 5e-5 + 1e-5 * len(network.layers) + examples * (flops * network.dim / PRODUCT_FLOPS + UNIT_SECONDS * units)


def racer_seconds(objective: Objective, optimiser: Optimiser) -> float:
    """The same of a given optimiser, its own arithmetic included."""
    return step_seconds(objective) + optimiser.step_flops(objective) / FLOPS


def run_seconds(objective: Objective, optimiser: Optimiser, batch_size: int | None, scope: Scope) -> float:
    """The same in a run, whose frames may tell of its batches alone."""
    network = layered(objective)
    if network is None or scope == "objective":
        return racer_seconds(objective, optimiser)
    examples = examples_of_step(network, optimiser, batch_size)
    return _network_seconds(network, examples, PASSES) + optimiser.step_flops(objective) / FLOPS


def chunk_limit(dim: int, seconds: float) -> int:
    """Steps per chunk at full size: about ``CHUNK_SECONDS`` of work and ``CHUNK_NUMBERS`` parameters, 1 to 128.

    Args:
        dim: parameters.
        seconds: what a step takes, with what is measured besides.
    """
    return max(1, min(MAX_CHUNK, int(CHUNK_SECONDS / seconds), CHUNK_NUMBERS // dim))


def chunk_at(step: int, limit: int) -> int:
    """Length of the chunk that begins at ``step``: 1, 2, 4, … up to ``limit``."""
    return min(limit, step + 1)


def cell_seconds(objective: Objective) -> float:
    """Seconds of one loss value inside a batch."""
    network = layered(objective)
    if network is None:
        return float(getattr(objective, "seconds", 1e-6))
    return 2e-6 + 8 * objective.dim * network.examples / FLOPS
