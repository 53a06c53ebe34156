"""Steps taken many at once are the steps taken one by one, and what they draw is what one by one draws."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kstest

from app.core.inference import Sampler, SamplerInfo, SamplerState, Steps, Streams, Target
from app.samplers._noise import noise
from app.samplers.broken.half_step_slip import HalfStepSlip
from app.samplers.hmc import Hmc
from app.samplers.mala import Mala
from app.samplers.random_walk import RandomWalk
from app.targets._base import TargetEntry
from app.targets.banana import Banana
from app.targets.log_density import LogDensity
from app.targets.logistic_regression import LogisticRegression
from tests.samplers.laws import rng

PRECISIONS = [np.float32, np.float64]
TARGETS = [Banana(), LogisticRegression(degree=2), LogDensity()]
every_target = pytest.mark.parametrize("entry", TARGETS, ids=lambda e: e.kind)
every_precision = pytest.mark.parametrize("precision", PRECISIONS)


def begun(kernel: Sampler, target: Target, precision: type, chains: int = 9) -> SamplerState:
    return kernel.init(target, (0.3 * rng(1).standard_normal((chains, target.dim))).astype(precision), rng(2))


def one_stream(seed: int) -> Streams:
    """One for all steps, which goes on from each to the next."""
    stream = rng(seed)
    return lambda t: stream


def one_by_one(kernel: Sampler, target: Target, state: SamplerState, steps: int, of: int) -> tuple[SamplerState, Steps]:
    return Sampler.walk(kernel, target, state, one_stream(3), steps, of)


def assert_equal_walks(
    one: tuple[SamplerState, Steps], other: tuple[SamplerState, Steps], precision: type, tolerance: float
) -> None:
    (state, steps), (plain, expected) = one, other
    assert state.t == plain.t
    for found, wanted in zip(
        (*state[:3], *state.memory, steps.theta, *steps.info),
        (*plain[:3], *plain.memory, expected.theta, *expected.info),
        strict=True,
    ):
        assert found.dtype == wanted.dtype and found.shape == wanted.shape
        np.testing.assert_allclose(found, wanted, rtol=tolerance, atol=tolerance)
    assert state.theta.dtype == steps.theta.dtype == precision


@every_precision
@every_target
@pytest.mark.parametrize("of", [0, 200])
def test_a_random_walk_in_place_is_the_one_step_by_step_to_the_last_bit(
    entry: TargetEntry, precision: type, of: int
) -> None:
    kernel, target = RandomWalk(step_size=0.7, tune=of > 0), entry.build()
    state = begun(kernel, target, precision)
    assert_equal_walks(
        kernel.walk(target, state, one_stream(3), 70, of), one_by_one(kernel, target, state, 70, of), precision, 0.0
    )


@every_precision
@every_target
@pytest.mark.parametrize("jitter", [0.0, 0.3])
@pytest.mark.parametrize("steps", [1, 4])
def test_trajectories_in_place_are_those_step_by_step(
    entry: TargetEntry, precision: type, jitter: float, steps: int
) -> None:
    kernel, target = Hmc(step_size=0.15, steps=steps, jitter=jitter), entry.build()
    state = begun(kernel, target, precision)._replace(t=7)
    scales = np.linspace(0.5, 2, target.dim)
    state = state._replace(memory=(state.memory[0], scales, *state.memory[2:]))
    tolerance = 1e-3 if precision == np.float32 else 1e-10
    assert_equal_walks(
        kernel.walk(target, state, one_stream(3), 40), one_by_one(kernel, target, state, 40, 0), precision, tolerance
    )


@every_precision
@pytest.mark.parametrize("jitter", [0.0, 0.3])
def test_chains_that_glide_some_at_a_time_go_where_all_go_at_once(
    monkeypatch: pytest.MonkeyPatch, jitter: float, precision: type
) -> None:
    kernel, target = Hmc(step_size=0.3, steps=4, jitter=jitter, tune=False, tune_scales=False), TARGETS[1].build()
    state = begun(kernel, target, precision)
    together = kernel.walk(target, state, one_stream(3), 5)
    monkeypatch.setattr("app.samplers._glide.BUFFER", 35)
    assert_equal_walks(kernel.walk(target, state, one_stream(3), 5), together, precision, 100 * np.finfo(precision).eps)


@every_precision
@every_target
def test_langevin_steps_in_place_are_those_one_by_one(entry: TargetEntry, precision: type) -> None:
    kernel, target = Mala(step_size=0.4), entry.build()
    state = begun(kernel, target, precision)._replace(t=7)
    tolerance = 1e-3 if precision == np.float32 else 1e-10
    assert_equal_walks(
        kernel.walk(target, state, one_stream(3), 40), one_by_one(kernel, target, state, 40, 0), precision, tolerance
    )


@pytest.mark.parametrize("kernel", [RandomWalk(), Hmc(steps=2), Mala(), HalfStepSlip(steps=2)], ids=lambda k: k.kind)
def test_a_walk_in_two_parts_of_one_stream_is_the_whole_walk(kernel: Sampler) -> None:
    target = Banana().build()
    state, stream = begun(kernel, target, np.float64), one_stream(4)
    whole, _ = kernel.walk(target, state, one_stream(4), 50)
    half, _ = kernel.walk(target, state, stream, 20)
    both, _ = kernel.walk(target, half, stream, 30)
    np.testing.assert_array_equal(both.theta, whole.theta)
    assert both.t == whole.t


@pytest.mark.parametrize(
    "kernel", [RandomWalk(step_size=1e3), Hmc(step_size=80.0, steps=3, jitter=0.0)], ids=lambda k: k.kind
)
@every_precision
def test_where_the_density_overflows_a_walk_in_place_stays_and_says_so(kernel: Sampler, precision: type) -> None:
    target = LogDensity(expression="-exp(x^2 + y^2)").build()
    state = begun(kernel, target, precision)
    after, steps = kernel.walk(target, state, one_stream(3), 5)
    np.testing.assert_array_equal(after.theta, state.theta)
    assert not steps.info.accepted.any() and (steps.info.acceptance == 0).all()
    assert steps.info.divergent.all() == isinstance(kernel, Hmc)
    assert np.isfinite(steps.info.energy).all()


@every_precision
def test_a_step_s_noise_follows_that_of_the_step_before(precision: type) -> None:
    stream = rng(5)
    whole = noise(rng(5), np.dtype(precision), 4, 7, 3, 5)
    parts = [noise(stream, np.dtype(precision), steps, 7, 3, 5) for steps in (1, 2, 1)]
    for block, pieces in zip(whole, zip(*parts, strict=True), strict=True):
        np.testing.assert_array_equal(block, np.concatenate(pieces))


def test_uniform_numbers_in_single_precision_are_uniform_and_never_0_or_1() -> None:
    _, drawn = noise(rng(6), np.dtype(np.float32), 1, 0, 300_000)
    assert drawn.dtype == np.float32 and drawn.min() > 0 and drawn.max() < 1
    assert kstest(drawn[0].astype(np.float64), "uniform").pvalue > 1e-3


def test_an_account_of_steps_has_a_row_a_step() -> None:
    kernel, target = RandomWalk(), Banana().build()
    _, steps = kernel.walk(target, begun(kernel, target, np.float64), one_stream(3), 6)
    assert isinstance(steps.info, SamplerInfo)
    assert steps.theta.shape == (6, 9, 2) and {column.shape for column in steps.info} == {(6, 9)}
