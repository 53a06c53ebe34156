"""Mini-batches: every epoch each example at most once, from (seed, step) alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.activations.tanh import Tanh
from app.core.errors import SpecError
from app.core.streams import RandomStreams
from app.losses.squared_error import SquaredError
from app.objectives import minibatch
from app.objectives.minibatch import MiniBatch
from app.objectives.network import Network
from tests.objectives.networks import close, examples, network, parameters


def net(n: int = 23) -> Network:
    return network(examples(n, 2), ((3, Tanh()),), SquaredError())


@given(st.integers(1, 23), st.integers(0, 5), st.integers(0, 2**32 - 1))
def test_an_epoch_shows_no_example_twice_and_drops_less_than_a_batch(size: int, epoch: int, seed: int) -> None:
    batches = MiniBatch(net(), size)
    steps = range(epoch * batches.steps_per_epoch, (epoch + 1) * batches.steps_per_epoch)
    seen = np.concatenate([batches.indices(step, seed) for step in steps])
    assert seen.size == np.unique(seen).size > 23 - size
    assert seen.min() >= 0
    assert seen.max() < 23


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 3)), min_size=1, max_size=12))
def test_a_batch_depends_on_seed_and_step_alone(calls: list[tuple[int, int]]) -> None:
    visited = MiniBatch(net(), 5)
    for step, seed in calls:
        np.testing.assert_array_equal(visited.indices(step, seed), MiniBatch(net(), 5).indices(step, seed))


@given(st.integers(1, 23), st.integers(0, 40), st.integers(1, 40), st.integers(0, 3))
def test_the_batches_of_many_steps_are_those_of_each(size: int, first: int, count: int, seed: int) -> None:
    batches = MiniBatch(net(), size)
    expected = [batches.indices(step, seed) for step in range(first, first + count)]
    np.testing.assert_array_equal(MiniBatch(net(), size).rows(first, count, seed), expected)


@pytest.mark.parametrize("together", [1, 50, minibatch.TOGETHER])
def test_an_epoch_has_a_stream_of_its_own_however_many_are_drawn_together(
    together: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(minibatch, "TOGETHER", together)
    orders = [RandomStreams(3, minibatch.DOMAIN).at(epoch).permutation(23)[:20] for epoch in range(2, 9)]
    np.testing.assert_array_equal(MiniBatch(net(), 5).rows(8, 28, 3), np.reshape(orders, (28, 5)))


def test_nobody_can_change_what_others_will_be_shown() -> None:
    with pytest.raises(ValueError, match="read-only"):
        MiniBatch(net(), 23).indices(0, 0)[0] = 1


def test_epochs_and_seeds_are_shuffled_apart() -> None:
    batches = MiniBatch(net(), 23)
    orders = {tuple(batches.indices(step, seed)) for step in range(5) for seed in range(5)}
    assert len(orders) == 25


def test_a_step_sees_its_own_examples() -> None:
    whole = net()
    batches = MiniBatch(whole, 4)
    theta = parameters(np.random.default_rng(0), whole.dim)
    step = batches.at(7, 1)
    assert step.examples == 4
    assert step.value(theta) == whole.subset(batches.indices(7, 1)).value(theta)


def test_the_mean_gradient_of_an_epoch_is_the_gradient() -> None:
    whole = net(24)
    batches = MiniBatch(whole, 4)
    theta = parameters(np.random.default_rng(0), whole.dim)
    gradients = [batches.at(step, 0).value_and_gradient(theta)[1] for step in range(batches.steps_per_epoch)]
    close(np.mean(gradients, axis=0), whole.value_and_gradient(theta)[1], 1e-12)


@pytest.mark.parametrize("size", [0, 24])
def test_a_size_that_no_batch_can_have_is_refused(size: int) -> None:
    with pytest.raises(SpecError, match=f"batch_size {size} must be from 1 to 23") as refusal:
        MiniBatch(net(), size)
    assert refusal.value.pointer == "/batch_size"
