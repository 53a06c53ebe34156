"""A run taken in a network's own buffers is the optimiser's steps, one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.core.interfaces import Optimiser, State
from app.experiments.build import build_objective, generator
from app.experiments.race import Track
from app.experiments.specs import RunSpec
from app.experiments.sprint import sprints
from app.objectives.network import Network
from app.optimisers._first_order import FirstOrder
from tests.optimisers.objectives import OPTIMISERS

SURFACE: dict[str, Any] = {"kind": "rosenbrock"}
FIRST_ORDER = [cls() for cls in OPTIMISERS.values() if issubclass(cls, FirstOrder)]
every_optimiser = pytest.mark.parametrize("optimiser", FIRST_ORDER, ids=lambda one: one.kind)
NETWORK: dict[str, Any] = {
    "kind": "network",
    "layers": [{"units": 4, "activation": "tanh"}, {"units": 4, "activation": "relu"}],
    "data": {"kind": "moons", "n": 30},
    "residual": True,
    "direct": True,
}
PENALTIES = [
    [],
    [{"kind": "l2", "strength": 0.01}],
    [{"kind": "group", "strength": 0.01}, {"kind": "l1", "strength": 0.01}],
]
COUNT = 12


def network(penalties: list[dict[str, Any]]) -> Network:
    spec = {"objective": NETWORK | {"regularisers": penalties}, "optimisers": [{"kind": "adam"}]}
    built = build_objective(RunSpec.model_validate(spec).objective)
    assert isinstance(built, Network)
    return built


def stepped(track: Track, state: State, count: int) -> list[State]:
    states = [state]
    for _ in range(count):
        states.append(track.optimiser.step(track.at(states[-1].t), states[-1], track.rng(states[-1].t))[0])
    return states


def contents(state: State) -> tuple[bytes, ...]:
    return (state.theta.tobytes(), *(m.tobytes() for m in state.memory), bytes(str(state.t), "ascii"))


@every_optimiser
@pytest.mark.parametrize("batch_size", [None, 8])
@pytest.mark.parametrize("penalties", PENALTIES, ids=len)
def test_a_sprint_is_the_steps_one_by_one(
    optimiser: Optimiser, batch_size: int | None, penalties: list[dict[str, Any]]
) -> None:
    net = network(penalties)
    assert sprints(net, optimiser)
    track = Track(net, optimiser, batch_size, seed=3)
    begun = track.begin(np.linspace(-1, 1, net.dim)).state
    state, steps = track.run(begun, COUNT, False, [5])
    expected = stepped(track, begun, COUNT)
    np.testing.assert_allclose(steps.theta, [one.theta for one in expected[:-1]], rtol=1e-9, atol=1e-12)
    for one, other in ((state, expected[-1]), (steps.after[5], expected[6])):
        assert one.t == other.t
        for mine, own in zip((one.theta, *one.memory), (other.theta, *other.memory), strict=True):
            np.testing.assert_allclose(mine, own, rtol=1e-8, atol=1e-12)
    rates = [track.optimiser.step(track.at(one.t), one, track.rng(one.t))[1].learning_rate for one in expected[:-1]]
    assert steps.learning_rate.tolist() == rates
    if steps.batch_loss is not None:
        losses = [track.at(one.t).value(one.theta) for one in expected[:-1]]
        np.testing.assert_allclose(steps.batch_loss, losses, rtol=1e-9)


@every_optimiser
def test_a_sprint_in_two_parts_is_the_same_to_the_byte(optimiser: Optimiser) -> None:
    net = network([])
    track = Track(net, optimiser, 8, seed=0)
    begun = track.begin(np.linspace(-1, 1, net.dim)).state
    whole, steps = track.run(begun, COUNT, False)
    half, first = track.run(begun, 5, False)
    rest, second = track.run(half, COUNT - 5, False)
    assert contents(rest) == contents(whole)
    assert np.concatenate([first.theta, second.theta]).tobytes() == steps.theta.tobytes()


@every_optimiser
def test_the_end_of_a_run_takes_no_step_but_tells_where_it_would_lead(optimiser: Optimiser) -> None:
    net = network([])
    track = Track(net, optimiser, None, seed=0)
    begun = track.begin(np.linspace(-1, 1, net.dim)).state
    state, steps = track.run(begun, 4, True, [100])
    further, _ = track.run(begun, 4, False)
    assert state.t == 3 and np.array_equal(state.theta, steps.theta[-1])
    assert contents(steps.after[3]) == contents(further)
    assert set(steps.after) == {0, 3}


@every_optimiser
def test_an_update_keeps_none_of_its_arguments(optimiser: FirstOrder) -> None:
    generous = generator(1)
    theta, gradient = generous.standard_normal(5), generous.standard_normal(5)
    _, memory = optimiser.update(gradient, theta, optimiser.empty_memory(theta), 0.1, 0)
    before = [one.tobytes() for one in memory]
    theta[:] = gradient[:] = np.nan
    assert [one.tobytes() for one in memory] == before


def test_what_draws_noise_or_couples_parameters_steps_one_by_one() -> None:
    noisy = OPTIMISERS["sgd"].model_validate({"kind": "sgd", "gradient_noise": 0.1})
    assert not sprints(network([]), noisy)
    assert not sprints(network([]), OPTIMISERS["newton"]())
    assert not sprints(
        build_objective(RunSpec.model_validate({"objective": SURFACE, "optimisers": [{"kind": "adam"}]}).objective),
        OPTIMISERS["adam"](),
    )
