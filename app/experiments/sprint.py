"""The steps of a first-order method on a network, taken in the network's own buffers instead of in new states."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.core.interfaces import Array, Objective, Optimiser, State
from app.core.memory import alike
from app.objectives.network import Descent, Network, Survey
from app.optimisers._first_order import FirstOrder


def sprints(objective: Objective, optimiser: Optimiser) -> bool:
    """Whether the method's update of one parameter asks for nothing but what a survey of a network sees of it."""
    first_order = isinstance(optimiser, FirstOrder) and optimiser.coordinatewise and optimiser.noiseless
    return first_order and isinstance(objective, Network)


def sprint(
    optimiser: Optimiser, survey: Survey, state: State, count: int, last: bool, watch: Sequence[int]
) -> tuple[State, list[float], dict[int, State]]:
    """(next state, η of each step, watched states): as :meth:`.Optimiser.step` and :meth:`.Track.run` have it."""
    assert isinstance(optimiser, FirstOrder)
    descent, after = survey.descent, dict[int, State]()
    rates = optimiser.rates(state.t, count)
    descent.go(state.theta)
    theta, memory, delta = descent.theta, tuple(map(descent.inward, state.memory)), alike(descent.theta)
    pace = optimiser.pace(descent.gradient, theta, memory, delta)
    with np.errstate(all="ignore"):
        for t, rate in enumerate(rates, state.t):
            survey.look()
            end = last and t == state.t + count - 1
            following = _state(descent, theta, memory, t) if end else None
            if end and not watch:
                break
            pace(rate, t)
            np.add(theta, delta, theta)
            if watch and any(end or t % every == 0 for every in watch):
                after[t] = _state(descent, theta, memory, t + 1)
    return following or _state(descent, theta, memory, state.t + count), rates, after


def _state(descent: Descent, theta: Array, memory: tuple[Array, ...], t: int) -> State:
    return State(descent.flat(theta), tuple(descent.flat(one) for one in memory), t)
