"""From steps to frames: the objective along a chunk of steps, whole or as they saw it, as columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from app.core.errors import SpecError
from app.core.interfaces import Array, LayeredObjective, Objective
from app.experiments.build import layered
from app.experiments.events import Event, Single
from app.experiments.race import Racer, Steps, Track, measured
from app.experiments.records import Scope
from app.experiments.runaway import first_bad
from app.experiments.view import Frame
from app.objectives.network import Found, Network


class Evaluation(NamedTuple):
    """The objective at consecutive parameters; its gradient on a surface, layer norms where it has layers.

    Where the whole of it was not looked at (not ``known``), the loss is what the step saw, and so are the norms in the
    scope of batches; else they are zero.
    """

    loss: Array
    gradient_norm: Array
    known: Array
    gradient: Array | None = None
    layer_gradient_norm: Array | None = None
    layer_delta_norm: Array | None = None

    @classmethod
    def of(cls, found: Found, known: bool = True) -> Evaluation:
        """What a network was found to be, everywhere the whole of it or nowhere."""
        loss, layers, delta_norm = (column.astype(np.float64, copy=False) for column in found)
        return cls(loss, np.linalg.norm(layers, axis=-1), np.full(len(loss), known), None, layers, delta_norm)


def check_scope(scope: Scope, objective: Objective) -> None:
    """Refuse to tell of batches where there are no examples.

    Raises:
        SpecError: a surface.
    """
    if scope == "batch" and not isinstance(objective, Network):
        raise SpecError(
            "scope batch needs examples, and a surface has none: every step is taken on all of it; leave it out, or "
            "choose a network",
            "/record/scope",
        )


def evaluate(track: Track, steps: Steps, every: int) -> Evaluation:
    """Loss, gradient and norms along the steps, in the precision of the track: as they saw them, where that is told.

    Where steps were taken on something else than all examples of a network, these are looked at only at every n-th
    step of the run and at the last of the steps.
    """
    objective, index = track.objective, np.arange(len(steps.theta))
    with np.errstate(all="ignore"):
        if steps.found:
            return Evaluation.of(steps.found, track.whole)
        if isinstance(objective, Network):
            return _looked_at(objective, track, steps, ((steps.first + index) % every == 0) | (index == index[-1]))
        loss, gradient = objective.value_and_gradient(steps.theta)
        return Evaluation(loss, np.linalg.norm(gradient, axis=-1), index >= 0, gradient)


def _looked_at(network: Network, track: Track, steps: Steps, rows: Array) -> Evaluation:
    """The whole network at some of the steps (a mask)."""
    assert steps.batch_loss is not None
    found = network.along(steps.theta[rows].astype(track.dtype, copy=False))
    if rows.all():
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
    """A chunk of steps: the racer after it, the steps, the objective along them, and the first bad row if any."""

    racer: Racer
    steps: Steps
    seen: Evaluation
    bad: tuple[int, str] | None


def take_leg(track: Track, racer: Racer, length: int, last: bool, watch: Sequence[int] = (), every: int = 1) -> Leg:
    """Run ``length`` steps (see :meth:`Track.run`) and judge them by what is seen of them (see :func:`evaluate`)."""
    state, steps = track.run(racer.state, length, last, watch)
    seen = evaluate(track, steps, every)
    racer = measured(racer, steps, seen.loss)
    bad = first_bad(steps.theta, seen.loss, seen.gradient_norm, racer)
    return Leg(racer._replace(state=state), steps, seen, bad)


def remembered(track: Track, leg: Leg, last: bool) -> Racer:
    """The racer, who knows of the leg's steps that can be shown; of the last one of a run on the whole objective."""
    racer, steps, seen, bad = leg
    count = len(steps.theta) if bad is None else bad[0]
    known = track.whole or track.scope == "objective"
    if count:
        racer, known = _shown(racer, steps, seen, count), bool(seen.known[count - 1])
    if known or not (last or bad is not None) or not steps.first + count:
        return racer
    loss, norm = _whole(track, racer.last[2])
    return _best(racer, loss, steps.first + count - 1, racer.last[2])._replace(last=(loss, norm, racer.last[2]))


def _shown(racer: Racer, steps: Steps, seen: Evaluation, count: int) -> Racer:
    """The racer after the first ``count`` steps, by what is seen of them."""
    lowest = int(np.argmin(np.where(seen.known, seen.loss, np.inf)[:count]))
    if seen.known[lowest]:
        racer = _best(racer, float(seen.loss[lowest]), steps.first + lowest, steps.theta[lowest])
    last = float(seen.loss[count - 1]), float(seen.gradient_norm[count - 1]), steps.theta[count - 1]
    return racer._replace(last=last)


def _best(racer: Racer, loss: float, step: int, theta: Array) -> Racer:
    return racer._replace(best=(loss, step, theta)) if loss < racer.best[0] else racer


def _whole(track: Track, theta: Array) -> tuple[float, float]:
    """Loss and gradient norm of the whole network at one θ."""
    assert isinstance(track.objective, Network)
    with np.errstate(all="ignore"):
        seen = Evaluation.of(track.objective.along(theta[None].astype(track.dtype, copy=False)))
    return float(seen.loss[0]), float(seen.gradient_norm[0])


def frames_event(
    run: int, steps: Steps, seen: Evaluation, keep: Array, track: Track, frame: Frame, parameters: bool
) -> Event:
    """The ``frames`` event of the rows ``keep`` (indices into the chunk)."""
    theta, network = _rows(steps.theta, keep), layered(track.objective)
    position, captured = frame.shadow(theta)
    data: dict[str, Any] = {
        "run": run,
        "step": (steps.first + keep).astype(np.int32),
        "position": position,
        "loss": seen.loss[keep],
        "gradient_norm": Single(seen.gradient_norm[keep]),
        "learning_rate": Single(steps.learning_rate[keep]),
    }
    if track.scope == "objective":
        data |= _besides(network, steps, keep, frame, position, track)
    if network is not None:
        data |= {"captured": captured, "layers": _layers(network, seen, keep)}
    if seen.gradient is not None:
        data["gradient"] = seen.gradient[keep]
    if parameters:
        data["parameters"] = theta
    return Event("frames", data)


def _besides(
    network: LayeredObjective | None, steps: Steps, keep: Array, frame: Frame, position: Array, track: Track
) -> dict[str, Array]:
    """What stands beside the whole objective: the loss that the step saw, where it is another, and the plane's."""
    seen = {} if steps.batch_loss is None else {"batch_loss": steps.batch_loss[keep]}
    shown = {} if network is None else {"slice_loss": _slice_loss(network, frame, position, track.dtype)}
    return seen | shown


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
