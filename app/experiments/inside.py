"""A network's inside along a run: how it does on held-out examples, what its units do, and a picture of its answer."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.core.errors import SpecError
from app.core.interfaces import Array, Layer, Objective
from app.experiments.chunks import FLOPS
from app.experiments.events import Event, Holey, finite
from app.experiments.race import Steps, Track
from app.experiments.records import NetworkRecord
from app.objectives._network_activity import Activity
from app.objectives.network import Network

SATURATED = 0.05
"""A unit is saturated on an example where |φ′| is below this share of its bound."""
MARGIN = 0.15
"""How far a picture reaches beyond the examples on each side, as a share of their extent."""
FORWARD = 8
"""Operations of a forward pass for each parameter and example, elementwise ones included."""
LARGEST = 1e100
"""Activations beyond it are left out of histograms."""


def check_network(record: NetworkRecord | None, objective: Objective) -> None:
    """Refuse what this objective has not got.

    Raises:
        SpecError: a surface, or a picture of more than two inputs.
    """
    if record is None:
        return
    if not isinstance(objective, Network):
        raise SpecError("a surface has no layers to record; leave network out, or choose a network", "/record/network")
    features = objective.architecture.inputs
    if record.grid and features > 2:
        raise SpecError(
            f"grid {record.grid} needs 1 or 2 inputs, and these data have {features}; set it to 0",
            "/record/network/grid",
        )
    if record.grid == 1:
        raise SpecError("grid 1 must be 0 or at least 2: one point is no picture", "/record/network/grid")
    if record.units and not record.grid:
        raise SpecError("units are drawn on the grid, and grid is 0; give grid a size", "/record/network/units")


def seconds_a_step(record: NetworkRecord | None, objective: Objective) -> float:
    """Estimated seconds that the pictures add to a step."""
    if record is None or not isinstance(objective, Network):
        return 0.0
    seen = 2 * objective.examples + 2 * len(objective.data.test_inputs) + _points(record, objective)
    return (5e-4 + FORWARD * objective.dim * seen / FLOPS) / record.every


def picture_bytes(record: NetworkRecord | None, objective: Objective, steps: int) -> int:
    """What all pictures of one run hold in memory."""
    if record is None or not isinstance(objective, Network):
        return 0
    widths = objective.architecture.widths[1:]
    channels = sum(widths) if record.units else widths[-1]
    numbers = channels * _points(record, objective) + len(widths) * (2 * record.histogram + 100)
    return 8 * numbers * (steps // record.every + 2)


def _points(record: NetworkRecord, network: Network) -> int:
    return int(record.grid**network.architecture.inputs) if record.grid else 0


def network_events(record: NetworkRecord, run: int, track: Track, steps: Steps, rows: Array) -> list[Event]:
    """The ``network`` events of the steps ``rows`` (indices into the chunk)."""
    network = track.objective
    assert isinstance(network, Network)
    with np.errstate(all="ignore"):
        return [_event(record, run, network, steps, int(row)) for row in rows]


def _event(record: NetworkRecord, run: int, network: Network, steps: Steps, row: int) -> Event:
    theta, step = steps.theta[row], steps.first + row
    layers = _sizes(network, theta, steps.after[step].theta - theta)
    for active in network.activity(theta, network.data.inputs):
        layers[active.name] |= _units(active, record.histogram)
    scores = {"loss": finite(network.value(theta)), "accuracy": _accuracy(network, theta)}
    tested = network.test
    scores |= {
        "test_loss": finite(tested.value(theta)) if tested else None,
        "test_accuracy": _accuracy(tested, theta) if tested else None,
    }
    picture = _picture(record, network, theta) if record.grid else None
    return Event("network", {"run": run, "step": step, **scores, "layers": layers, "grid": picture})


def _accuracy(network: Network, theta: Array) -> float | None:
    return float(network.accuracy(theta)) if network.data.classes else None


def _sizes(network: Network, theta: Array, change: Array) -> dict[str, dict[str, Any]]:
    """‖W‖ and ‖ΔW‖/‖W‖ of each layer (biases left out), and the places of what only layers of units have."""
    blank = dict.fromkeys(("dead", "saturated", "histogram"))
    return {layer.name: _size(layer, theta, change) | blank for layer in network.layers}


def _size(layer: Layer, theta: Array, change: Array) -> dict[str, Any]:
    weights = slice(layer.start, layer.start + layer.fan_in * layer.fan_out)
    norm = float(np.linalg.norm(theta[weights]))
    ratio = np.linalg.norm(change[weights]) / norm if norm else np.nan
    return {"weight_norm": norm, "update_ratio": finite(ratio)}


def _units(active: Activity, bins: int) -> dict[str, Any]:
    """Shares of dead units and of saturated pairs, and the activations counted."""
    return {
        "dead": float((active.slopes == 0).all(axis=-1).mean()),
        "saturated": float((np.abs(active.slopes) < SATURATED * active.bound).mean()),
        "histogram": _histogram(active.activations, bins) if bins else None,
    }


def _histogram(activations: Array, bins: int) -> dict[str, Any]:
    """Counts of the activations of moderate size, in equal bins over their range (widened where it is a point)."""
    counted = activations[np.abs(activations) <= LARGEST]
    low, high = (float(counted.min()), float(counted.max())) if counted.size else (0.0, 0.0)
    least = max(1e-9 * max(abs(low), abs(high)), 1e-12)
    if high - low < least:
        low, high = low + (high - low - least) / 2, high + (low - high + least) / 2
    counts, edges = np.histogram(counted, bins, (low, high))
    return {"edges": edges, "counts": counts, "left_out": int(activations.size - counted.size)}


def _picture(record: NetworkRecord, network: Network, theta: Array) -> dict[str, Any]:
    """Outputs (and hidden units) on a grid over the examples, rows = y; one row where there is one input."""
    axes = [_axis(network, feature, record.grid) for feature in range(network.architecture.inputs)]
    columns = np.stack([mesh.ravel() for mesh in np.meshgrid(*axes)], axis=1)
    shape = (-1, record.grid if len(axes) == 2 else 1, record.grid)
    *hidden, output = network.activity(theta, columns)
    units = {layer.name: Holey(layer.activations.reshape(shape), single=True) for layer in hidden}
    return {
        "x": axes[0],
        "y": axes[1] if len(axes) == 2 else None,
        "output": Holey(network.shown(output.activations).reshape(shape), single=True),
        "units": units if record.units else None,
    }


def _axis(network: Network, feature: int, points: int) -> Array:
    data = network.data
    values = np.concatenate([data.inputs[:, feature], data.test_inputs[:, feature]])
    low, high = float(values.min()), float(values.max())
    margin = MARGIN * (high - low) or 1.0
    return np.linspace(low - margin, high + margin, points)
