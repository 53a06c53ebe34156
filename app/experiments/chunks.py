"""Where a run is cut into chunks: by the spec alone, so that slicing never shows in the bytes."""

from __future__ import annotations

from app.core.interfaces import LayeredObjective, Objective, Optimiser
from app.experiments.build import layered

CHUNK_SECONDS = 0.06
CHUNK_NUMBERS = 1_000_000
MAX_CHUNK, MAX_SPRINT = 256, 1024
"""Steps of a chunk, at most: one by one, and in a network's own buffers, where each takes some 10 µs."""
FLOPS = 8e9
"""Floating-point operations a second that one core is counted on."""
PRODUCT_FLOPS = 3e10
"""The same inside a matrix product."""
ACTIVATION, PRODUCT, SINGLE = 4e-9, 5e-11, 0.6
"""What a surface's cell takes for each example: seconds for each unit and for each weight; and the share of single
precision."""
PASSES, FORWARD = (6, 1.0), (2, 0.6)
"""What each example takes, of both passes and of the forward pass alone: operations for each parameter, and the share
of what both passes take besides."""
CALLS, SPRINT = (5e-5, 1e-5), (1e-5, 3e-6)
"""What a step takes however few the examples are, and each layer of it: by itself, and in a network's own buffers."""


def step_seconds(objective: Objective) -> float:
    """Estimated seconds of one recorded step of one optimiser on one core, on all examples."""
    network = layered(objective)
    if network is None:
        return 5e-5 + cell_seconds(objective)
    return _began(network, CALLS) + look_seconds(network, network.examples) + slice_seconds(network)


def racer_seconds(objective: Objective, optimiser: Optimiser) -> float:
    """The same of a given optimiser, its own arithmetic included."""
    return step_seconds(objective) + optimiser.step_flops(objective) / FLOPS


def bare_seconds(network: LayeredObjective, examples: int) -> float:
    """Estimated seconds of one step on some examples in a network's own buffers, of which nothing is recorded."""
    return _began(network, SPRINT) + look_seconds(network, examples)


def _began(network: LayeredObjective, seconds: tuple[float, float]) -> float:
    return seconds[0] + seconds[1] * len(network.layers)


def look_seconds(network: LayeredObjective, examples: int) -> float:
    """Estimated seconds of both passes over some examples, without a step."""
    return examples * _example_seconds(network, *PASSES)


def slice_seconds(network: LayeredObjective) -> float:
    """Estimated seconds of the loss in the plane, which a recorded step tells besides."""
    return network.examples * _example_seconds(network, *FORWARD)


def _example_seconds(network: LayeredObjective, operations: int, share: float) -> float:
    return operations * network.dim / PRODUCT_FLOPS + share * network.sweep_seconds


def chunk_limit(dim: int, seconds: float, look: float = 0.0, most: int = MAX_CHUNK) -> int:
    """Steps per chunk at full size: some ``CHUNK_SECONDS`` of work, ``CHUNK_NUMBERS`` parameters, 1 to ``most``.

    Where the look at its end takes most of that, steps may take as long as the look.

    Args:
        dim: parameters.
        seconds: what a step takes, with what is recorded and measured besides.
        look: what the chunk takes where it ends.
        most: steps.
    """
    return max(1, min(most, int(max(CHUNK_SECONDS - look, look) / seconds), CHUNK_NUMBERS // dim))


def chunk_at(step: int, limit: int) -> int:
    """Length of the chunk that begins at ``step``: the first step alone, so that something is soon seen."""
    return limit if step else 1


def cell_seconds(objective: Objective) -> float:
    """Seconds of one loss value inside a batch."""
    network = layered(objective)
    if network is None:
        return float(getattr(objective, "seconds", 1e-6))
    return 2e-6 + 8 * objective.dim * network.examples / FLOPS


def surface_seconds(objective: Objective, cells: int, precision: str = "float64") -> float:
    """Seconds of a surface of so many cells, mostly within a factor of three: activations take 1 to 9 ns a number."""
    network = layered(objective)
    if network is None or not cells:
        return cells * cell_seconds(objective)
    numbers = ACTIVATION * sum(layer.fan_out for layer in network.layers) + PRODUCT * objective.dim
    return 2e-3 + cells * (3e-7 + network.examples * numbers * (SINGLE if precision == "float32" else 1))
