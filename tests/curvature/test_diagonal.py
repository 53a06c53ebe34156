"""The diagonal is exact without the matrix, and a correlation of 1 means what it says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from app.curvature.diagonal import correlation, hessian_diagonal
from app.objectives import _network_hessian
from app.objectives.surfaces.rosenbrock import Rosenbrock
from tests.curvature.operators import classifier
from tests.objectives.networks import Case, cases, close

RNG = np.random.default_rng(0)
SIZES = RNG.lognormal(0, 3, 200)


@given(cases())
def test_the_diagonal_of_a_network_is_that_of_its_hessian(case: Case) -> None:
    expected = np.diagonal(case.network.hessian(case.theta))
    close(hessian_diagonal(case.network, case.theta), expected, 1e-11)


def test_it_is_the_same_however_few_examples_are_done_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    net, theta = classifier()
    whole = hessian_diagonal(net, theta)
    monkeypatch.setattr(_network_hessian, "PART_NUMBERS", 1)
    np.testing.assert_allclose(hessian_diagonal(net, theta), whole, rtol=1e-12, atol=1e-15)


def test_the_diagonal_of_a_surface_is_that_of_its_hessian() -> None:
    objective, theta = Rosenbrock().build(), np.array([-1.2, 1.0])
    np.testing.assert_array_equal(hessian_diagonal(objective, theta), np.diagonal(objective.hessian(theta)))


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0])
def test_a_power_of_the_diagonal_correlates_perfectly_with_it(power: float) -> None:
    found = correlation(3.0 * SIZES**power, -SIZES)
    assert found.pearson_log == pytest.approx(1.0) and found.spearman == pytest.approx(1.0)
    assert found.coordinates == len(SIZES)


def test_ranks_see_any_monotone_relation_and_logarithms_do_not() -> None:
    found = correlation(np.exp(-SIZES / SIZES.max()), SIZES)
    assert found.spearman == pytest.approx(-1.0)
    assert found.pearson_log is not None and -0.9 < found.pearson_log < 0


def test_correlations_agree_with_scipy_where_there_are_ties_and_zeros() -> None:
    from scipy import stats

    P, diagonal = RNG.integers(1, 9, 300).astype(float), RNG.integers(-4, 5, 300).astype(float)
    found, both = correlation(P, diagonal), diagonal != 0
    assert found.spearman == pytest.approx(stats.spearmanr(P, np.abs(diagonal)).statistic)
    assert found.pearson_log == pytest.approx(stats.pearsonr(np.log(P[both]), np.log(np.abs(diagonal[both]))).statistic)
    assert found.coordinates == both.sum()


def test_what_does_not_vary_has_no_correlation() -> None:
    assert correlation(np.ones(50), SIZES[:50])[:2] == (None, None)
    assert correlation(SIZES[:50], np.zeros(50)) == (None, None, 0)
