"""The steps of a first-order method on a network, taken in the network's own buffers instead of in new states."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from app.core.calls import Call, carry_out
from app.core.interfaces import Array, Objective, Optimiser, State
from app.core.memory import alike, unbuffered
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
    moves: list[Call] = [*pace.calls, (np.add, (theta, delta, theta))]
    final = state.t + count - 1
    with unbuffered(all="ignore"), survey.helped():
        survey.look()
        numbers = pace.of(rates, state.t)
        for start, stop in _spans(state.t, final, watch):
            survey.travel(moves, pace.told, numbers[start - state.t : stop - state.t])
            if _watched(stop - 1, watch):
                after[stop - 1] = _state(descent, theta, memory, stop)
        following = _state(descent, theta, memory, final) if last else None
        if not last or watch:
            pace.told[...] = numbers[-1]
            carry_out(moves)
        if watch and (last or _watched(final, watch)):
            after[final] = _state(descent, theta, memory, final + 1)
    return following or _state(descent, theta, memory, final + 1), rates, after


def _spans(first: int, final: int, watch: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Which steps from ``first`` to ``final`` are taken at one go: up to one that is watched, and the rest."""
    stops = [t + 1 for t in range(first, final) if _watched(t, watch)] if watch else []
    return pairwise(dict.fromkeys([first, *stops, final]))


def _watched(step: int, watch: Sequence[int]) -> bool:
    return any(step % every == 0 for every in watch)


def _state(descent: Descent, theta: Array, memory: tuple[Array, ...], t: int) -> State:
    return State(descent.flat(theta), tuple(descent.flat(one) for one in memory), t)
