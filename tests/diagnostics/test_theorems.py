"""What the diagnostics say of chains whose law is known."""

from __future__ import annotations

import numpy as np
import pytest
import scipy

from app.core.errors import SpecError
from app.diagnostics.energy import bfmi
from app.diagnostics.ess import autocorrelation, ess_bulk, ess_mean, ess_tail
from app.diagnostics.mcse import mcse_mean, mcse_quantile, mcse_sd
from app.diagnostics.pareto import _mean_log, pareto_k, pareto_smoothed
from app.diagnostics.ranks import Pooled, halves
from app.diagnostics.rhat import nested_bound, nested_rhat, rhat
from tests.diagnostics.chains import autoregressive, rng

SHAPE = (8, 20_000)


@pytest.mark.parametrize("rho", [-0.3, 0.0, 0.5, 0.9])
def test_the_ess_of_an_autoregressive_chain_is_that_of_its_coefficient(rho: float) -> None:
    x = autoregressive(rho, SHAPE, 1)
    assert ess_mean(x) / x.size == pytest.approx((1 - rho) / (1 + rho), rel=0.08)
    assert ess_bulk(x) / x.size == pytest.approx((1 - rho) / (1 + rho), rel=0.08)


@pytest.mark.parametrize("rho", [-0.5, 0.9])
def test_the_autocorrelation_of_an_autoregressive_chain_falls_geometrically(rho: float) -> None:
    np.testing.assert_allclose(autocorrelation(autoregressive(rho, SHAPE, 2), 20), rho ** np.arange(21), atol=0.02)


def test_standard_errors_are_the_spread_of_the_estimates_over_repetitions() -> None:
    means, deviations, quantiles, errors = [], [], [], []
    for seed in range(200):
        x = autoregressive(0.7, (4, 400), seed)
        means.append(x.mean())
        deviations.append(x.std())
        quantiles.append(np.quantile(x, 0.9))
        errors.append((mcse_mean(x), mcse_sd(x), mcse_quantile(x, 0.9)))
    spread = np.std([means, deviations, quantiles], axis=1)
    # The spread of 200 is known to 5 %; ArviZ's error of the deviation takes the mean's ESS, which is the smaller.
    np.testing.assert_allclose(np.mean(errors, axis=0) / spread, [1.0, 1.3, 1.0], rtol=0.15)


def test_chains_that_agree_have_an_rhat_near_one_and_chains_that_do_not_are_told() -> None:
    x = autoregressive(0.3, (4, 1_000), 3)
    assert rhat(x) < 1.01
    assert rhat(x + np.array([0, 0, 0, 1.0])[:, None]) > 1.05
    assert rhat(x * np.array([1, 1, 1, 3.0])[:, None]) > 1.05
    assert rhat(x + np.linspace(0, 2, 1_000)) > 1.05


def test_a_crowd_that_has_forgotten_its_start_has_a_nested_rhat_near_one_although_its_chains_are_short() -> None:
    forgotten = autoregressive(0.9, (1024, 8), 4)
    assert nested_rhat(forgotten, 64) < 1.02 < rhat(forgotten)
    remembering = forgotten + np.repeat(rng(5).standard_normal(16), 64)[:, None]
    assert nested_rhat(remembering, 64) > 1.2


@pytest.mark.parametrize("rho", [0.5, 0.9, 0.999])
def test_the_bound_of_nested_rhat_lets_crowds_pass_that_remember_nothing_where_plain_rhat_alarms(rho: float) -> None:
    crowds = [autoregressive(rho, (1000, 8), seed) for seed in range(20)]
    assert sum(nested_rhat(x, 50) > nested_bound(50) for x in crowds) <= 1
    assert all(rhat(x) > 1.01 for x in crowds)
    starts = np.repeat(rng(6).standard_normal(20), 50)[:, None]
    assert all(nested_rhat(x + 0.5 * starts, 50) > nested_bound(50) for x in crowds)


def test_the_bound_of_nested_rhat_is_that_of_rhat_for_large_superchains() -> None:
    assert nested_bound(10**9) == pytest.approx(1.01) and nested_bound(1) > 1.42


@pytest.mark.parametrize("k", [0.2, 0.5, 0.9])
def test_the_shape_of_a_pareto_tail_is_found(k: float) -> None:
    exact = (np.arange(0.5, 40_000) / 40_000) ** -k
    assert pareto_smoothed(np.log(exact)).k == pytest.approx(k, abs=0.03)


TAILS = {
    "light": lambda drawn: -np.log(drawn),
    "heavy": lambda drawn: 1 / drawn,
    "beyond every product": lambda drawn: np.exp(-20 * np.log(drawn)),
    "with an end": lambda drawn: drawn,
    "at an end": lambda drawn: 1 - 1e-6 * drawn,
    "short": lambda drawn: drawn[:30],
}


@pytest.mark.parametrize("kind", TAILS)
def test_a_tail_is_fitted_as_by_one_logarithm_for_each_draw(kind: str) -> None:
    excess = np.sort(TAILS[kind](rng(5).random(5_000)))
    b = np.concatenate([np.linspace(-1, 1, 60)[1:], [-1 + 1e-9]]) / excess[-1]
    wanted = np.log1p(b[:, None] * excess).mean(axis=1)
    np.testing.assert_allclose(_mean_log(b, excess), wanted, rtol=1e-14, atol=100 * np.finfo(float).eps)


def test_equal_draws_share_their_rank() -> None:
    x = np.array([[3.0, 1.0, 2.0, 2.0], [2.0, 5.0, 1.0, 4.0], [0.0, 0.0, 9.0, 9.0]])
    ranks = scipy.stats.rankdata(x).reshape(x.shape)
    wanted = halves(scipy.stats.norm.ppf((ranks - 3 / 8) / (x.size + 1 / 4)))
    np.testing.assert_allclose(Pooled(x).scores, wanted, rtol=1e-12)


@pytest.mark.parametrize("precision", [np.float32, np.float64])
@pytest.mark.parametrize("level", [0.0, 1.0, 1e6])
def test_draws_that_never_move_all_count_and_others_do_not(precision: type, level: float) -> None:
    still = np.full((4, 100), level / 3, precision)
    moving = (still + 10 * max(1.0, level) * np.finfo(precision).eps * autoregressive(0.9, still.shape, 6)).astype(
        precision
    )
    found = ess_mean(np.stack([still, moving]))
    assert found[0] == still.size and found[1] < still.size / 2


def test_smoothing_leaves_the_weights_normalised_and_in_order() -> None:
    log_weights = 2 * rng(6).standard_normal(1_000)
    smoothed = pareto_smoothed(log_weights).log_weights
    assert np.exp(smoothed).sum() == pytest.approx(1.0, abs=1e-12)
    assert (np.diff(smoothed[np.argsort(log_weights)]) >= -1e-12).all()


def test_fresh_momenta_that_reach_every_energy_have_a_fraction_of_two() -> None:
    assert bfmi(rng(7).standard_normal((4, 50_000))) == pytest.approx(2.0, rel=0.03)
    assert bfmi(autoregressive(0.99, (4, 50_000), 8)) == pytest.approx(0.02, rel=0.2)


def test_draws_that_are_not_finite_and_chains_that_are_too_short_have_no_diagnostics() -> None:
    x = autoregressive(0.0, (4, 100), 9)
    x[0, 0] = np.nan
    for short in (x, x[1:, :3]):
        found = [f(short) for f in (rhat, ess_bulk, ess_tail, ess_mean, mcse_mean, lambda y: nested_rhat(y, 1))]
        assert np.isnan(found).all()


def test_chains_that_never_move_have_no_rhat() -> None:
    assert np.isnan(rhat(np.ones((4, 100))))


def test_what_cannot_be_fitted_is_refused_with_a_remedy() -> None:
    with pytest.raises(SpecError, match="24 draws are too few to fit a tail; ask for at least 25"):
        pareto_smoothed(np.arange(24.0))
    with pytest.raises(SpecError, match="all equal"):
        pareto_k(np.ones((4, 100)))
    with pytest.raises(SpecError, match="10 chains do not make two or more superchains of 4"):
        nested_rhat(np.ones((10, 20)), 4)
