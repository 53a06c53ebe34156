"""What is said of chains is what the diagnostics say of their draws, although it is worked out in single precision."""

from __future__ import annotations

import numpy as np
import pytest

from app.core.inference import Estimate
from app.diagnostics.energy import bfmi
from app.diagnostics.ess import ess_bulk, ess_mean, ess_tail
from app.diagnostics.rhat import rhat
from app.experiments.posteriors.judging import Due, together
from app.experiments.posteriors.moments import Kept, Running
from app.experiments.posteriors.setting import build_target
from app.experiments.posteriors.sharing import Work
from app.experiments.posteriors.specs import PosteriorSpec
from app.experiments.posteriors.walking import Block, walk_block
from app.samplers.hmc import Hmc
from tests.diagnostics.chains import autoregressive, rng

SPEC = PosteriorSpec.model_validate({"target": "banana", "methods": ["hmc"]})


def estimate(running: Running, kept: Kept) -> Estimate:
    """What is said of draws, one work after another."""
    due = Due.of(running, kept, 0, {})
    works: list[Work] = due.works()
    return due.estimate(together([work(SPEC) for work in works]))


def crowd(chains: int = 12, draws: int = 400) -> np.ndarray:
    """Draws ``(draws, chains, 3)``: smooth, heavy-tailed and far from 0, and of a chain that often stands still."""
    smooth = autoregressive(0.8, (chains, draws), 1)
    heavy = 1e6 + 1e-3 * rng(2).standard_t(3, (chains, draws))
    moves = np.where(rng(3).random((chains, draws)) < 0.4, np.arange(draws), 0)
    refused = np.take_along_axis(autoregressive(0.9, (chains, draws), 4), np.maximum.accumulate(moves, axis=1), axis=1)
    return np.stack([smooth, heavy, 1e-4 * refused]).transpose(2, 1, 0)


def test_what_is_said_of_draws_far_from_zero_is_what_double_precision_says() -> None:
    draws, energy = crowd(), rng(5).standard_normal((400, 12))
    running, kept = Running.empty(12, 3), Kept()
    for part in np.split(np.arange(400), [64, 65, 200]):
        running = running.with_more(Running.of(draws[part]))
        kept = kept.and_then(Kept.of(draws[part], energy[part]))
    said = estimate(running, kept)
    series = draws.transpose(2, 1, 0)
    assert said.diagnostics is not None and said.mean is not None
    for name, wanted in {"rhat": rhat, "ess_bulk": ess_bulk, "ess_tail": ess_tail}.items():
        np.testing.assert_allclose(said.diagnostics[name], wanted(series), rtol=2e-4, err_msg=name)
    np.testing.assert_allclose(said.diagnostics["e_bfmi"], bfmi(energy.T), rtol=1e-12)
    np.testing.assert_allclose(said.mean, series.mean(axis=(1, 2)), rtol=1e-12)
    np.testing.assert_allclose(said.mean_error, series.std(axis=(1, 2), ddof=1) / np.sqrt(ess_mean(series)), rtol=1e-4)
    squares = (series - said.mean[:, None, None]) ** 2
    wanted_error = squares.std(axis=(1, 2)) / np.sqrt(ess_mean(squares))
    np.testing.assert_allclose(said.variance_error, wanted_error, rtol=1e-4)


def judged_by_some(series: np.ndarray, kept: int) -> Estimate:
    """What is said of ``(chains, draws)`` of which the first ``kept`` chains are looked at."""
    draws, energy = series.T[:, :, None], rng(6).standard_normal((series.shape[1], kept))
    return estimate(Running.empty(len(series), 1).with_more(Running.of(draws)), Kept.of(draws[:, :kept], energy))


def test_a_few_chains_that_are_stuck_are_seen_although_they_are_not_looked_at() -> None:
    series = autoregressive(0.5, (100, 400), 1)
    series[-3:] = 9 + 0.1 * series[-3:]
    said = judged_by_some(series, 20)
    assert said.mean is not None and said.mean_error is not None and said.diagnostics is not None
    assert said.variance is not None and said.variance_error is not None
    assert said.diagnostics["chains_judged"] == 20
    assert abs(said.mean[0]) < 3 * said.mean_error[0]
    assert abs(said.variance[0] - autoregressive(0.5, (100, 400), 1).var()) < 3 * said.variance_error[0]


@pytest.mark.parametrize("correlation", [0.0, 0.9])
def test_of_chains_that_agree_the_errors_hold_whether_all_are_looked_at_or_some(correlation: float) -> None:
    z, ratios = list[float](), list[float]()
    for seed in range(20):
        series = autoregressive(correlation, (100, 400), seed)
        every, some = judged_by_some(series, 100), judged_by_some(series, 40)
        assert some.diagnostics is not None and every.diagnostics is not None
        assert every.mean_error is not None and every.variance_error is not None
        assert abs(some.diagnostics["rhat"][0] - every.diagnostics["rhat"][0]) < 0.02
        assert some.mean is not None and some.mean_error is not None and some.variance_error is not None
        ratios += [some.mean_error[0] / every.mean_error[0], some.variance_error[0] / every.variance_error[0]]
        z.append(some.mean[0] / some.mean_error[0])
    assert 0.95 < np.median(ratios) < 1.1 and min(ratios) > 0.8 and max(ratios) < 1.4
    assert 0.5 < np.std(z) < 1.5


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_where_a_draw_is_not_finite_nothing_is_said(value: float) -> None:
    draws = crowd()
    draws[7, 3, 0] = value
    with np.errstate(all="ignore"):
        running = Running.empty(12, 3).with_more(Running.of(draws))
        said = estimate(running, Kept.of(draws, draws[..., 0])).diagnostics
    assert said is not None
    for name in ("rhat", "ess_bulk", "ess_tail"):
        assert np.isnan(said[name][0]) and np.isfinite(said[name][1:]).all()


@pytest.mark.parametrize("most", [1 << 20, 240])
def test_parts_that_are_walked_at_once_are_those_one_after_another(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr("app.experiments.posteriors.walking.AT_ONCE", most)
    spec = PosteriorSpec.model_validate({"target": "banana", "methods": ["hmc"], "chains": 5, "warm_up": 0})
    sampler, lengths = spec.methods[0], (1, 2, 4, 8)
    assert isinstance(sampler, Hmc)
    state = sampler.init(build_target(spec.target), np.zeros((5, 2)), rng(1))
    end, parts = walk_block(Block(0, 0, 0, state, lengths), spec)
    for length, part in zip(lengths, parts, strict=True):
        state, (alone,) = walk_block(Block(0, 0, 0, state, (length,)), spec)
        assert part.moments.draws == length and part.gradients == alone.gradients
        np.testing.assert_array_equal(part.kept.theta[0], alone.kept.theta[0])
        np.testing.assert_array_equal(part.acceptance, alone.acceptance)
    np.testing.assert_array_equal(end.theta, state.theta)
