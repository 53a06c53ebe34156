"""From steps to frames: the whole objective along a chunk of steps, as columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from app.core.interfaces import Array, LayeredObjective
from app.experiments.build import layered
from app.experiments.events import Event, Single
from app.experiments.race import Racer, Steps, Track, first_bad, measured
from app.experiments.view import Frame
from app.objectives.network import Found, Network


class Evaluation(NamedTuple):
    """The whole objective at consecutive parameters; its gradient on a surface, layer norms where it has layers."""

    loss: Array
    gradient_norm: Array
    gradient: Array | None
    layer_gradient_norm: Array | None
    layer_delta_norm: Array | None


def evaluate(track: Track, theta: Array) -> Evaluation:
    """Loss, gradient and norms at each row of ``theta`` ``(m, d)``, on all examples, in the precision of the track."""
    objective = track.objective
    with np.errstate(all="ignore"):
        if isinstance(objective, Network):
            return _evaluation(objective.along(theta.astype(track.dtype, copy=False)))
        loss, gradient = objective.value_and_gradient(theta)
        return Evaluation(loss, np.linalg.norm(gradient, axis=-1), gradient, None, None)


def _evaluation(found: Found) -> Evaluation:
    loss, layers, delta_norm = (column.astype(np.float64, copy=False) for column in found)
    return Evaluation(loss, np.linalg.norm(layers, axis=-1), None, layers, delta_norm)


class Leg(NamedTuple):
    """A chunk of steps: the racer after it, the steps, the whole objective along them, and the first bad row if any."""

    racer: Racer
    steps: Steps
    seen: Evaluation
    bad: tuple[int, str] | None


def take_leg(track: Track, racer: Racer, length: int, last: bool, watch: Sequence[int] = ()) -> Leg:
    """Run ``length`` steps (see :meth:`Track.run`) and judge them on the whole objective."""
    state, steps = track.run(racer.state, length, last, watch)
    seen = _evaluation(steps.found) if steps.found else evaluate(track, steps.theta)
    racer = measured(racer, steps, seen.loss)
    bad = first_bad(steps.theta, seen.loss, seen.gradient_norm, racer)
    return Leg(racer._replace(state=state), steps, seen, bad)


def frames_event(
    run: int, steps: Steps, seen: Evaluation, keep: Array, track: Track, frame: Frame, parameters: bool
) -> Event:
    """The ``frames`` event of the rows ``keep`` (indices into the chunk)."""
    theta = steps.theta[keep]
    position = frame.coordinates(theta)
    data: dict[str, Any] = {
        "run": run,
        "step": (steps.first + keep).astype(np.int32),
        "position": position,
        "loss": seen.loss[keep],
        "gradient_norm": Single(seen.gradient_norm[keep]),
        "learning_rate": Single(steps.learning_rate[keep]),
    }
    if steps.batch_loss is not None:
        data["batch_loss"] = steps.batch_loss[keep]
    network = layered(track.objective)
    if network is not None:
        slice_loss = _slice_loss(network, frame, position, track.dtype)
        data |= {"slice_loss": slice_loss, "captured": frame.captured(theta), "layers": _layers(network, seen, keep)}
    if seen.gradient is not None:
        data["gradient"] = seen.gradient[keep]
    if parameters:
        data["parameters"] = theta
    return Event("frames", data)


def _slice_loss(network: LayeredObjective, frame: Frame, position: Array, dtype: type[np.floating[Any]]) -> Array:
    """The loss at positions in the plane, computed in ``dtype``."""
    basis = frame.directions.basis
    there = frame.origin, basis, position[:, : len(basis)]
    origin, directions, coordinates = (one.astype(dtype, copy=False) for one in there)
    return network.value_on_slice(origin, directions, coordinates).astype(np.float64, copy=False)


def _layers(network: LayeredObjective, seen: Evaluation, keep: Array) -> dict[str, dict[str, Single]]:
    assert seen.layer_gradient_norm is not None and seen.layer_delta_norm is not None
    gradient_norm, delta_norm = seen.layer_gradient_norm[keep], seen.layer_delta_norm[keep]
    return {
        layer.name: {"gradient_norm": Single(gradient_norm[:, k]), "delta_norm": Single(delta_norm[:, k])}
        for k, layer in enumerate(network.layers)
    }
