"""An integrator in pieces, each with the estimate so far."""

from __future__ import annotations

from typing import Any, NamedTuple

from app.core.inference import Estimate, Integrator
from app.experiments.events import Event
from app.experiments.posteriors.answers import answer
from app.experiments.posteriors.setting import Setting


class WorkState(NamedTuple):
    """Between two pieces: the integrator's own state, how many pieces are done, the estimate so far."""

    inner: Any
    t: int
    estimate: Estimate


def begin_work(setting: Setting, which: int, integrator: Integrator) -> WorkState:
    """Before the first piece.

    Raises:
        SpecError: the method does not suit the target.
    """
    return WorkState(integrator.init(setting.target, setting.rng(which, 0)), 0, Estimate())


def piece_of_work(
    setting: Setting, which: int, integrator: Integrator, state: WorkState
) -> tuple[WorkState, list[Event], bool]:
    """The next piece and its ``estimate`` event."""
    inner, estimate = integrator.step(setting.target, state.inner, state.t, setting.rng(which, state.t + 1))
    state = WorkState(inner, state.t + 1, estimate)
    event = Event("estimate", {"method": which, "step": state.t, **answer(estimate, setting.reference)})
    return state, [event], state.t >= integrator.steps(setting.target)
