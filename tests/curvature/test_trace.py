"""Hutch++ is unbiased, and its standard error is what it says."""

from __future__ import annotations

import numpy as np
import pytest

from app.core.work import complete
from app.curvature.products import product_at
from app.curvature.trace import HutchPlusPlus
from tests.curvature.operators import SPECTRA, classifier, product_with, with_spectrum

SEEDS = 60


@pytest.mark.parametrize("values", SPECTRA.values(), ids=SPECTRA.keys())
def test_the_estimate_is_unbiased_and_its_standard_error_honest(values: np.ndarray) -> None:
    matrix, exact = with_spectrum(values), float(np.sum(values))
    found = [complete(HutchPlusPlus(product_with(matrix), len(values), seed=seed)) for seed in range(SEEDS)]
    errors = np.array([trace.value for trace in found]) - exact
    claimed = np.array([trace.standard_error for trace in found])
    rounding = 1e-12 * np.abs(values).sum()
    assert abs(errors.mean()) <= 4 * errors.std(ddof=1) / np.sqrt(SEEDS) + rounding
    assert np.mean(np.abs(errors) <= 2 * claimed + rounding) >= 0.85
    if claimed.max() > rounding:
        assert 0.75 <= np.sqrt(np.mean(claimed**2)) / errors.std() <= 1.35


def test_a_matrix_of_lower_rank_than_the_sketch_has_its_exact_trace() -> None:
    trace = complete(HutchPlusPlus(product_with(with_spectrum(SPECTRA["of low rank"])), 144))
    assert trace.value == pytest.approx(10.0, abs=1e-10) and trace.standard_error < 1e-10


def test_a_small_operator_has_its_exact_trace() -> None:
    matrix = with_spectrum(np.arange(12.0))
    assert complete(HutchPlusPlus(product_with(matrix), 12)) == pytest.approx((66.0, 0.0), abs=1e-12)


def test_a_networks_trace_is_within_four_standard_errors() -> None:
    net, theta = classifier()
    found = complete(HutchPlusPlus(product_at(net, theta), net.dim))
    assert found.standard_error > 0
    assert abs(found.value - np.trace(net.hessian(theta))) <= 4 * found.standard_error
