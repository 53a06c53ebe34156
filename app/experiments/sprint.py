"""The steps of a first-order method on a network, taken in the network's own buffers instead of in new states."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.core.interfaces import Array, Objective, Optimiser, State
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
    descent, t, rates = survey.descent, state.t, list[float]()
    after: dict[int, State] = {}
    descent.go(state.theta)
    theta, gradient = descent.theta, descent.gradient
    memory = tuple(descent.inward(one) for one in state.memory)
    with np.errstate(all="ignore"):
        for _ in range(count):
            survey.look()
            rates.append(optimiser.rate(t))
            end = last and len(rates) == count
            if end and not watch:
                break
            delta, following = optimiser.update(gradient, theta, memory, rates[-1], t)
            if watch and any(end or t % every == 0 for every in watch):
                after[t] = _state(descent, theta + delta, following, t + 1)
            if not end:
                np.add(theta, delta, out=theta)
                memory, t = following, t + 1
    return _state(descent, theta, memory, t), rates, after


def _state(descent: Descent, theta: Array, memory: tuple[Array, ...], t: int) -> State:
    return State(descent.flat(theta), tuple(descent.flat(one) for one in memory), t)
