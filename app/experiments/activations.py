"""An activation with its derivatives, and the product of derivatives through a deep random network."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from app.activations._base import Activation
from app.core.interfaces import Array
from app.experiments.build import generator
from app.experiments.chunks import FLOPS
from app.experiments.costs import Cost
from app.experiments.events import Event, Holey
from app.experiments.network_specs import ActivationsSpec
from app.experiments.run import Slice
from app.objectives._network_architecture import Architecture
from app.objectives._network_passes import backward, record

EXAMPLES = 32
"""Standard normal inputs, and standard normal errors at the top, that each network is measured with."""

SERIES = ("activation", "slope", "delta", "gradient")


def advance_activations(spec: ActivationsSpec, state: tuple[Array, ...] | None, budget: float) -> Slice:
    """One random network at a time; a single ``result`` event once all are measured."""
    deadline = time.perf_counter() + budget
    measured = state or ()
    while len(measured) < spec.networks:
        measured = (*measured, _measured(spec, spec.seed + len(measured)))
        if time.perf_counter() >= deadline and len(measured) < spec.networks:
            progress = Event("progress", {"step": len(measured), "of": spec.networks})
            return Slice(measured, [progress], False)
    return Slice(None, [Event("result", _curves(spec) | {"depth": _through_depth(spec, np.stack(measured))})], True)


def activations_cost(spec: ActivationsSpec) -> Cost:
    """Draws, and three products for each layer and network."""
    weights = spec.width * (spec.width + 1)
    seconds = spec.networks * spec.depth * (1e-4 + weights * (3e-8 + 6 * EXAMPLES / FLOPS))
    held = 8 * spec.depth * (3 * weights + 10 * EXAMPLES * spec.width)
    return Cost(seconds, 10_000_000 + held, "fewer networks, layers or units")


def _curves(spec: ActivationsSpec) -> dict[str, Any]:
    """f, f′, f″ on the range; the bound of |f′| over all z, and where it comes closest to it there."""
    z = np.linspace(*spec.range, spec.points)
    with np.errstate(all="ignore"):
        value, first, second = spec.activation.second(z.copy())
    return {
        "activation": spec.activation.model_dump(mode="json"),
        "z": z,
        "value": Holey(value),
        "first": Holey(first),
        "second": Holey(second),
        "bound": spec.activation.slope_bound,
        "kinks": list(spec.activation.kinks),
    }


def _measured(spec: ActivationsSpec, seed: int) -> Array:
    """log₁₀ of four sizes at each layer of one random network, ``(4, depth)``, in the order of :data:`SERIES`."""
    net = _network(spec.activation, spec.depth, spec.width)
    rng = generator(seed)
    theta = spec.scale * spec.initialiser.parameters(net.layers, rng)
    blocks, gradient = net.blocks(theta), np.empty(net.dim)
    with np.errstate(all="ignore"):
        tape = record(net, blocks, rng.standard_normal((spec.width, EXAMPLES)))
        upstream = np.asarray(rng.standard_normal(tape.outputs.shape))
        errors = backward(net, blocks, tape, upstream, net.blocks(gradient))
        slopes = np.array([1.0 if slope is None else _rms(slope) for slope in tape.slopes])
        sizes = [
            np.array([_rms(a) for a in (*tape.inputs[1:], tape.outputs)]),
            np.cumprod(slopes[::-1])[::-1],
            _relative([_rms(delta) for delta in errors.deltas]),
            _relative([_rms(weights) for weights, _ in net.blocks(gradient)]),
        ]
        return np.asarray(np.log10(np.stack(sizes)))


def _network(activation: Activation, depth: int, width: int) -> Architecture:
    return Architecture(width, ((width, activation),) * (depth - 1), width, output_activation=activation)


def _rms(values: Array) -> float:
    return float(np.sqrt(np.mean(values * values)))


def _relative(sizes: list[float]) -> Array:
    return np.array(sizes) / sizes[-1]


def _through_depth(spec: ActivationsSpec, measured: Array) -> dict[str, Any]:
    """Lowest, median and highest over the networks at each layer, beside the bound: sup|φ′| to the power of depth."""
    left = np.arange(spec.depth, 0, -1)
    with np.errstate(invalid="ignore"):
        spreads = {
            name: {
                "low": Holey(measured[:, k].min(axis=0)),
                "median": Holey(np.median(measured[:, k], axis=0)),
                "high": Holey(measured[:, k].max(axis=0)),
            }
            for k, name in enumerate(SERIES)
        }
    return {"layer": np.arange(1, spec.depth + 1), "bound": left * np.log10(spec.activation.slope_bound), **spreads}
