"""The held-out loss along a run, and when patience with it ends."""

from __future__ import annotations

from math import inf, isfinite
from typing import Any

import numpy as np

from app.core.errors import SpecError
from app.core.interfaces import Array, Objective
from app.experiments.events import Event, finite
from app.experiments.race import Racer, Steps, Track, Watched
from app.experiments.records import EarlyStopping
from app.objectives.network import Network, Noise

MAX_KEPT = 20_000
"""Parameters that a summary carries at most."""


def check_early_stopping(rule: EarlyStopping | None, objective: Objective) -> None:
    """Refuse to watch a held-out loss where nothing is held out."""
    if rule is None or (isinstance(objective, Network) and objective.test is not None):
        return
    raise SpecError(
        "early stopping needs held-out examples, and there are none; take a network on data with held_out above 0, "
        "or leave early_stopping out",
        "/early_stopping",
    )


def check_noise(noise: Noise | None, objective: Objective) -> None:
    """Refuse noise that nothing can be disturbed by."""
    if noise is None:
        return
    if not isinstance(objective, Network):
        raise SpecError(
            "noise disturbs the units and inputs of a network, and a surface has none; leave it out, or use sgd with "
            "gradient_noise",
            "/noise",
        )
    if noise.dropout and not objective.architecture.hidden:
        raise SpecError("dropout needs hidden layers, and there are none; add one, or set it to 0", "/noise/dropout")


def watch_held_out(
    rule: EarlyStopping, run: int, track: Track, racer: Racer, steps: Steps, count: int
) -> tuple[Racer, list[Event]]:
    """The racer with every n-th of the first ``count`` steps measured, and an event where its patience ended."""
    assert isinstance(track.objective, Network) and track.objective.test is not None
    held_out = track.objective.test.unpenalised()
    watched, events = racer.watched, []
    for index in np.flatnonzero((steps.first + np.arange(count)) % rule.every == 0):
        step, theta = steps.first + int(index), steps.theta[index]
        stopped = watched.stopped if watched else None
        watched = _measured(watched, _worst_at_holes(held_out, theta), step, theta, rule.patience)
        if stopped is None and watched.stopped is not None:
            events.append(_event(run, watched))
    return racer._replace(watched=watched), events


def _worst_at_holes(held_out: Objective, theta: Array) -> float:
    """The held-out loss; worse than any number where it is not finite."""
    with np.errstate(all="ignore"):
        loss = float(held_out.value(theta))
    return loss if isfinite(loss) else inf


def _measured(before: Watched | None, loss: float, step: int, theta: Array, patience: int) -> Watched:
    """What is known after one more measurement; once stopped, nothing changes any more."""
    if before is None or (before.stopped is None and loss < before.loss):
        return Watched(loss, step, theta, 0, None)
    if before.stopped is not None:
        return before
    since = before.since + 1
    return before._replace(since=since, stopped=step if since >= patience else None)


def _event(run: int, watched: Watched) -> Event:
    return Event("early_stop", {"run": run, "step": watched.stopped} | _least(watched))


def early_stop(racer: Racer) -> dict[str, Any] | None:
    """For the summary: the step at which patience ended (null: it did not), and where the held-out loss was least."""
    watched = racer.watched
    if watched is None:
        return None
    kept = watched.theta if watched.theta.size <= MAX_KEPT else None
    return {"step": watched.stopped} | _least(watched) | {"parameters": kept}


def _least(watched: Watched) -> dict[str, Any]:
    """Where the held-out loss was least; null where it was never finite."""
    return {"best_step": watched.step, "loss": finite(watched.loss)}
