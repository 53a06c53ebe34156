"""The band that a method predicts, beside the one that a formula gives."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from tests.experiments.test_posterior import reply

EXACT = {"kind": "laplace"}
"""On a Gaussian posterior its draws are exact and independent."""


@pytest.mark.parametrize("degree", [0, 1, 3])
def test_the_exact_band_is_that_of_the_gaussian_posterior(degree: int) -> None:
    """Bishop 2006, eqs. 3.58 and 3.59, by ridge regression from scratch."""
    points = [[-1.0, 0.3], [0.2, -0.4], [0.9, 0.7], [1.4, 0.1]]
    target = {"kind": "linear_regression", "points": points, "degree": degree, "alpha": 0.7, "beta": 9.0}
    (method,) = reply(target=target, methods=[EXACT], predictive=True)["methods"]
    exact, x = method["predictive"]["exact"], np.asarray(method["predictive"]["inputs"])[:, 0]
    design, seen = (np.stack([np.asarray(at) ** j for j in range(degree + 1)], 1) for at in (x, np.array(points)[:, 0]))
    precision = 0.7 * np.eye(degree + 1) + 9.0 * seen.T @ seen
    mean = 9.0 * design @ np.linalg.solve(precision, seen.T @ np.array(points)[:, 1])
    spread = np.sqrt((design @ np.linalg.inv(precision) * design).sum(axis=1))
    np.testing.assert_allclose(exact["mean"], mean, atol=1e-12)
    quantiles = norm.ppf(np.array(method["predictive"]["quantiles"]))[:, None]
    np.testing.assert_allclose(exact["function"], mean + quantiles * spread, atol=1e-9)
    np.testing.assert_allclose(exact["observation"], mean + quantiles * np.sqrt(spread**2 + 1 / 9), atol=1e-9)


def test_a_band_of_independent_draws_lies_within_its_standard_errors() -> None:
    (method,) = reply(target={"kind": "linear_regression"}, methods=[EXACT], predictive=True)["methods"]
    band = method["predictive"]
    assert band["draws"] == 4000
    z = (np.asarray(band["mean"]) - band["exact"]["mean"]) / np.asarray(band["mean_error"])
    assert np.abs(z).max() < 4
    spread = np.asarray(band["mean_error"]) * np.sqrt(band["draws"])
    assert np.abs((np.asarray(band["function"]) - band["exact"]["function"]) / spread).max() < 0.15


def test_where_no_formula_gives_a_band_none_is_made_up() -> None:
    (method,) = reply(target={"kind": "logistic_regression"}, methods=[EXACT], predictive=True)["methods"]
    assert method["predictive"]["exact"] is None and method["predictive"]["draws"] >= 400
