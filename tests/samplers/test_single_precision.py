"""Chains in single precision follow the same laws, and what makes steps quick changes none of them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr
from scipy.stats import kstest

from app.core.inference import Sampler
from app.core.streams import MIXING_ROUNDS
from app.experiments.posteriors.setting import generator, streams
from app.samplers._leapfrog import Phase, leapfrog, leapfrogs, stride
from app.samplers._metropolis import place_with_gradient
from app.samplers._noise import normal_like
from app.samplers.hmc import Hmc
from app.samplers.mala import Mala
from app.samplers.random_walk import RandomWalk
from app.targets._base import TargetEntry
from app.targets.banana import Banana
from app.targets.logistic_regression import LogisticRegression
from tests.samplers.laws import SAMPLERS, kolmogorov, log_exponential, rng, walked

CROWD = 100_000
SINGLE = np.zeros((1, 2), np.float32)


def test_normal_numbers_in_single_precision_are_normal_and_independent() -> None:
    drawn = normal_like(rng(1), np.zeros((CROWD, 3), np.float32))
    assert drawn.dtype == np.float32 and drawn.flags.f_contiguous and np.isfinite(drawn).all()
    assert all(kstest(column.astype(np.float64), "norm").pvalue > 1e-3 for column in drawn.T)
    assert np.abs(np.corrcoef(drawn.T) - np.eye(3)).max() < 4.5 / np.sqrt(CROWD)
    assert (drawn**4).mean() == pytest.approx(3, abs=4.5 * np.sqrt(96 / drawn.size))


@pytest.mark.parametrize("kernel", [cls() for cls in SAMPLERS.values()], ids=list(SAMPLERS))
def test_every_kernel_keeps_the_precision_of_its_start(kernel: Sampler) -> None:
    start = log_exponential(2).sample(rng(0), 16)
    assert start is not None
    target = log_exponential(2)
    state, _ = walked(kernel, target, kernel.init(target, start.astype(np.float32), rng(1)), 3)
    assert state.theta.dtype == state.log_density.dtype == state.gradient.dtype == np.float32
    np.testing.assert_allclose(state.log_density, -target.value(state.theta.astype(np.float64)), atol=1e-4)


@pytest.mark.parametrize("kernel", [RandomWalk(step_size=1.5), Hmc(steps=5), Mala()], ids=lambda k: k.kind)
def test_exact_draws_of_a_banana_keep_both_their_laws_in_single_precision(kernel: Sampler) -> None:
    target = Banana().build()
    start = target.sample(rng(3), CROWD)
    assert start is not None
    state, _ = walked(kernel, target, kernel.init(target, start.astype(np.float32), rng(4)), 3)
    x, y = state.theta.T.astype(np.float64)
    assert kolmogorov(x / 2, ndtr) < 1.95 and kolmogorov(y - x**2 / 4, ndtr) < 1.95


@pytest.mark.parametrize("entry", [Banana(), LogisticRegression()], ids=lambda e: e.kind)
@pytest.mark.parametrize("precision", [np.float32, np.float64])
def test_leapfrog_steps_that_ask_for_gradients_alone_end_at_the_same_bits(entry: TargetEntry, precision: type) -> None:
    target = entry.build()
    theta = np.asfortranarray(rng(5).standard_normal((40, 2)).astype(precision))
    phase = Phase(place_with_gradient(target, theta), np.asfortranarray(rng(6).standard_normal((40, 2)), precision))
    along = stride(np.full((40, 1), 0.2, precision), np.ones(2, precision))
    end = leapfrogs(target, phase, along, 6)
    for _ in range(6):
        phase = leapfrog(target, phase, along)
    for one, other in zip((*end.at, end.momentum), (*phase.at, phase.momentum), strict=True):
        np.testing.assert_array_equal(one, other)
        assert one.dtype == precision


@pytest.mark.parametrize("count", [1, 8, 100, 500])
def test_the_misfit_of_a_logistic_regression_is_the_sum_of_its_examples(count: int) -> None:
    source = rng(7)
    points = tuple(
        (float(x), float(y)) for x, y in zip(source.normal(0, 3, count), source.integers(0, 2, count), strict=True)
    )
    target = LogisticRegression(points=points).build()
    theta = source.normal(0, 4, (90, 2))
    x, t = np.array(points).T
    z = theta[:, :1] + theta[:, 1:] * x
    expected = (np.logaddexp(0, z) - t * z).sum(axis=1) + (theta**2).sum(axis=1) / 8 + np.log(2 * np.pi * 4)
    np.testing.assert_allclose(target.value(theta), expected, rtol=1e-12)
    value, gradient = target.value_and_gradient(theta)
    np.testing.assert_array_equal(value, target.value(theta))
    np.testing.assert_array_equal(gradient, target.gradient(theta))
    np.testing.assert_allclose(target.value(theta.astype(np.float32)), expected, rtol=1e-5)


def test_streams_one_after_another_are_the_streams_themselves() -> None:
    numbered = streams(11, 3)
    for step in (5, 1, 5, 2**40):
        once = numbered.at(step)
        once.random(3, dtype=np.float32)
        again, own = numbered.at(step), generator(11, 3, step)
        assert again.random(7).tobytes() == own.random(7).tobytes()


def test_a_stream_is_the_one_of_the_author_s_own_generator() -> None:
    """Doty-Humphrey, PractRand 0.95, RNG/sfc: three words, a counter from 1, 18 rounds."""
    word = 2**64 - 1
    a, b, c, counter = 11, (0x9057 << 32) + 3, 2**40, 1
    drawn = []
    for _ in range(MIXING_ROUNDS + 5):
        out = (a + b + counter) & word
        counter += 1
        a, b, c = b ^ (b >> 11), (c + (c << 3)) & word, (((c << 24) | (c >> 40)) + out) & word
        drawn.append(out)
    assert generator(11, 3, 2**40).bit_generator.random_raw(5).tolist() == drawn[MIXING_ROUNDS:]
