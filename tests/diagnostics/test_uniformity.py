"""Uniform ranks are called uniform as often as is promised, and others are found out."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from app.diagnostics.uniformity import rank_histogram, simultaneous_band
from tests.diagnostics.chains import rng


def share_inside(values: np.ndarray, points: int, probability: float) -> float:
    """Share of the rows of ``values`` whose distribution function stays in the band."""
    band = simultaneous_band(values.shape[-1], points, probability)
    found = (values[..., None] <= band.at).mean(axis=-2)
    return float(((found >= band.low - 1e-12) & (found <= band.high + 1e-12)).all(axis=-1).mean())


@pytest.mark.parametrize(("samples", "points"), [(50, 10), (200, 20), (500, 8)])
def test_uniform_values_stay_inside_as_often_as_is_promised(samples: int, points: int) -> None:
    values = rng(samples).random((8_000, samples))
    assert share_inside(values, points, 0.95) == pytest.approx(0.95, abs=0.012)


@pytest.mark.parametrize("skew", [0.6, 1.5])
def test_values_that_are_not_uniform_leave_the_band(skew: float) -> None:
    assert share_inside(rng(1).random((100, 500)) ** skew, 20, 0.95) < 0.02


def test_the_chi_squared_of_ranks_is_the_one_of_scipy() -> None:
    ranks = rng(2).integers(0, 100, 400)
    found = rank_histogram(ranks, 99, 20)
    theirs = stats.chisquare(np.histogram(ranks, bins=np.arange(0, 101, 5))[0])
    assert (found.chi_squared, found.p_value) == pytest.approx((theirs.statistic, theirs.pvalue), rel=1e-12)
    assert found.counts.sum() == 400 and found.expected == 20
