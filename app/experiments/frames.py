"""From steps to frames: the whole objective along a chunk of steps, as columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from app.core.interfaces import Array, LayeredObjective
from app.experiments.build import layered
from app.experiments.events import Event, Single
from app.experiments.race import Racer, Steps, Track, measured
from app.experiments.runaway import first_bad
from app.experiments.view import Frame
from app.objectives.network import Found, Network


class Evaluation(NamedTuple):
    """The whole objective at consecutive parameters; its gradient on a surface, layer norms where it has layers.

    Where it was not looked at (not ``known``) the loss is what the step saw, and norms are zero.
    """

    loss: Array
    gradient_norm: Array
    known: Array
    gradient: Array | None = None
    layer_gradient_norm: Array | None = None
    layer_delta_norm: Array | None = None

    @classmethod
    def of(cls, found: Found) -> Evaluation:
        """What a network was found to be, everywhere."""
        loss, layers, delta_norm = (column.astype(np.float64, copy=False) for column in found)
        return cls(loss, np.linalg.norm(layers, axis=-1), np.ones(len(loss), np.bool_), None, layers, delta_norm)


def evaluate(track: Track, steps: Steps, every: int) -> Evaluation:
    """Loss, gradient and norms along the steps, on all examples, in the precision of the track.

    Where steps were taken on something else than all examples of a network, it is looked at only at every n-th step of
    the run and at the last of these.
    """
    objective, index = track.objective, np.arange(len(steps.theta))
    with np.errstate(all="ignore"):
        if steps.found:
            return Evaluation.of(steps.found)
        if isinstance(objective, Network):
            return _looked_at(track, steps, ((steps.first + index) % every == 0) | (index == index[-1]))
        loss, gradient = objective.value_and_gradient(steps.theta)
        return Evaluation(loss, np.linalg.norm(gradient, axis=-1), index >= 0, gradient)


def _looked_at(track: Track, steps: Steps, rows: Array) -> Evaluation:
    """The whole network at some of the steps (a mask), or at all where these did not see a loss of their own."""
    assert isinstance(track.objective, Network)
    rows = rows | (steps.batch_loss is None)
    found = track.objective.along(steps.theta[rows].astype(track.dtype, copy=False))
    if steps.batch_loss is None or rows.all():
        return Evaluation.of(found)
    loss = steps.batch_loss.copy()
    loss[rows] = found.loss
    layers, delta_norm = _spread(found.gradient_norm, rows), _spread(found.delta_norm, rows)
    return Evaluation(loss, np.linalg.norm(layers, axis=-1), rows, None, layers, delta_norm)


def _spread(values: Array, rows: Array) -> Array:
    """``values`` in some rows, zero in the others."""
    whole = np.zeros((len(rows), *values.shape[1:]))
    whole[rows] = values
    return whole


class Leg(NamedTuple):
    """A chunk of steps: the racer after it, the steps, the whole objective along them, and the first bad row if any."""

    racer: Racer
    steps: Steps
    seen: Evaluation
    bad: tuple[int, str] | None


def take_leg(track: Track, racer: Racer, length: int, last: bool, watch: Sequence[int] = (), every: int = 1) -> Leg:
    """Run ``length`` steps (see :meth:`Track.run`) and judge them on the whole objective (see :func:`evaluate`)."""
    state, steps = track.run(racer.state, length, last, watch)
    seen = evaluate(track, steps, every)
    racer = measured(racer, steps, seen.loss)
    bad = first_bad(steps.theta, seen.loss, seen.gradient_norm, racer)
    if bad is not None and bad[0] and not seen.known[bad[0] - 1]:
        seen = _looked_at(track, steps, seen.known | (np.arange(length) == bad[0] - 1))
    return Leg(racer._replace(state=state), steps, seen, bad)


def frames_event(
    run: int, steps: Steps, seen: Evaluation, keep: Array, track: Track, frame: Frame, parameters: bool
) -> Event:
    """The ``frames`` event of the rows ``keep`` (indices into the chunk)."""
    theta = _rows(steps.theta, keep)
    position, captured = frame.shadow(theta)
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
        data |= {"slice_loss": slice_loss, "captured": captured, "layers": _layers(network, seen, keep)}
    if seen.gradient is not None:
        data["gradient"] = seen.gradient[keep]
    if parameters:
        data["parameters"] = theta
    return Event("frames", data)


def _rows(values: Array, keep: Array) -> Array:
    """The rows ``keep``, ascending; not copied where they are all."""
    return values if keep.size == len(values) else values[keep]


def _slice_loss(network: LayeredObjective, frame: Frame, position: Array, dtype: type[np.floating[Any]]) -> Array:
    """The loss at positions in the plane, computed in ``dtype``."""
    basis = frame.directions.basis
    there = frame.origin, basis, position[:, : len(basis)]
    origin, directions, coordinates = (one.astype(dtype, copy=False) for one in there)
    return network.value_on_slice(origin, directions, coordinates).astype(np.float64, copy=False)


def _layers(network: LayeredObjective, seen: Evaluation, keep: Array) -> dict[str, dict[str, Single]]:
    assert seen.layer_gradient_norm is not None and seen.layer_delta_norm is not None
    gradient_norm, delta_norm = _rows(seen.layer_gradient_norm, keep), _rows(seen.layer_delta_norm, keep)
    return {
        layer.name: {"gradient_norm": Single(gradient_norm[:, k]), "delta_norm": Single(delta_norm[:, k])}
        for k, layer in enumerate(network.layers)
    }
