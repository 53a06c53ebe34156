"""Trials that lessons share: whole runs of the product, and one optimiser from many starts at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from app.core.interfaces import Array, Objective, Optimiser, State
from app.experiments.build import build_objective, generator
from app.experiments.events import Event
from app.experiments.jobs.run import collect_run
from app.experiments.objectives import AnyObjective
from app.experiments.run import RunState, advance
from app.experiments.specs import RunSpec
from app.experiments.sprint import sprint, sprints
from app.objectives.network import Network, NetworkSpec


class Raced(NamedTuple):
    """A run between two pieces: its state, the events so far, whether it is over."""

    state: RunState | None
    events: tuple[Event, ...]
    done: bool


class Run(NamedTuple):
    """A run of the product, read off at its end: ``read`` of its first optimiser's columns."""

    spec: RunSpec
    read: Callable[[dict[str, Any]], Any]

    def begin(self) -> Raced:
        """Nothing yet."""
        return Raced(None, (), False)

    def advance(self, state: Raced) -> Raced:
        """One chunk of steps."""
        following, events, done = advance(self.spec, state.state, 0.0)
        return Raced(following, (*state.events, *events), done)

    def result(self, state: Raced) -> Any:
        """What was read."""
        return self.read(collect_run(state.events)["runs"][0]) if state.done else None


class Moment(NamedTuple):
    """A crowd at one step: the objective, the optimiser, the state before the step and after it; leading axis runs."""

    objective: Objective
    optimiser: Optimiser
    before: State
    after: State


class Walked(NamedTuple):
    """A crowd between two pieces, and what was looked at so far."""

    state: State
    seen: tuple[Array, ...]


class Crowd(NamedTuple):
    """One optimiser from several starts at once, along the leading axis, without recording.

    Attributes:
        objective: a network (started by its own initialiser, one seed a run) or a surface (started at ``starts``).
        optimiser: the method.
        starts: seeds, or points.
        steps: how many.
        looks: the steps before which ``look`` is called; the last may be ``steps``, the end.
        look: a measurement of the moment, ``(runs, …)``.
        piece: most steps of one piece.
    """

    objective: AnyObjective
    optimiser: Optimiser
    starts: tuple[Any, ...]
    steps: int
    looks: tuple[int, ...]
    look: Callable[[Moment], Array]
    piece: int = 128

    def begin(self) -> Walked:
        """Everyone on the starting line."""
        theta = np.stack([starting(self.objective, start) for start in self.starts])
        return Walked(self.optimiser.init(build_objective(self.objective), theta, generator(0)), ())

    def advance(self, state: Walked) -> Walked:
        """Some steps, up to the next look."""
        objective, t = build_objective(self.objective), state.state.t
        ahead = min((look - t for look in self.looks if look >= t), default=self.steps - t)
        present = _onward(objective, self.optimiser, state.state, min(self.piece, ahead))
        if present.t not in self.looks:
            return state._replace(state=present)
        following, _ = self.optimiser.step(objective, present, generator(0, present.t))
        return Walked(following, (*state.seen, self.look(Moment(objective, self.optimiser, present, following))))

    def result(self, state: Walked) -> Array | None:
        """What was seen, ``(looks, runs, …)``."""
        return np.stack(state.seen) if len(state.seen) == len(self.looks) else None


def _onward(objective: Objective, optimiser: Optimiser, state: State, count: int) -> State:
    """The crowd after ``count`` steps, taken in a network's own buffers where the method can."""
    if count and sprints(objective, optimiser):
        assert isinstance(objective, Network)
        rows = [State(theta, tuple(memory), state.t) for theta, *memory in zip(state.theta, *state.memory, strict=True)]
        surveys = [objective.survey(count, row.theta.dtype, norms=False) for row in rows]
        ends = [sprint(optimiser, *of, count, False, ())[0] for of in zip(surveys, rows, strict=True)]
        memory = tuple(map(np.stack, zip(*(end.memory for end in ends), strict=True)))
        return State(np.stack([end.theta for end in ends]), memory, state.t + count)
    for _ in range(count):
        state, _ = optimiser.step(objective, state, generator(0, state.t))
    return state


def starting(objective: AnyObjective, start: Any) -> Array:
    """A network's own draw with seed ``start``, or a surface's point ``start``."""
    if not isinstance(objective, NetworkSpec):
        return np.array(start, dtype=np.float64)
    return objective.build().initial(objective.initialiser, generator(start))
