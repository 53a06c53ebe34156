"""Where biased samplers settle is told before they begin, and they do settle there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.samplers._langevin import langevin_variance
from tests.experiments.test_posterior import reply

GAUSSIAN = {"kind": "gaussian", "correlation": 0.8, "spread": 1.5}
STOPS: list[dict[str, Any]] = [
    {"temperature": 0.0},
    {"temperature": 0.0, "gradient_noise": 3.0},
    {"temperature": 1.0, "gradient_noise": 3.0},
    {"temperature": 1.0},
    {"temperature": 1.0, "corrected": True},
    {"temperature": 0.5, "corrected": True},
]


def dial(**fields: Any) -> dict[str, Any]:
    return {"kind": "langevin_dial", "step_size": 0.7} | fields


def test_at_every_stop_of_the_dial_the_measured_variance_is_the_predicted_one() -> None:
    found = reply(target=GAUSSIAN, methods=[dial(**stop) for stop in STOPS], chains=1000, draws=60, warm_up=150)
    for stop, method in zip(STOPS, found["methods"], strict=True):
        predicted = method["predicted"]
        assert predicted["exact"], stop
        away = np.array(method["variance"]) - predicted["variance"]
        assert (np.abs(away) < 4.5 * np.array(method["standard_error"]["variance"]) + 1e-9).all(), stop


def test_of_a_correlated_gaussian_each_eigendirection_has_its_own_law() -> None:
    """With scales of one, ω² = 1/(1 ± ρ) along the diagonals, and a coordinate's variance is the mean of the two."""
    found = reply(target={"kind": "gaussian", "correlation": 0.8}, methods=[dial(temperature=0.4, gradient_noise=1.2)])
    both = [langevin_variance(0.7, (1 + r) ** -0.5, temperature=0.4, noise=1.2) for r in (0.8, -0.8)]
    expected = [float(value) for value in both if value is not None]
    np.testing.assert_allclose(found["methods"][0]["predicted"]["variance"], np.mean(expected), rtol=1e-12)


def test_elsewhere_the_prediction_is_local_and_says_so() -> None:
    method = reply(target="logistic_regression", methods=[dial(temperature=1.0, step_size=0.01)])["methods"][0]
    assert not method["predicted"]["exact"] and "local" in method["predicted"]["how"]
    laplace = reply(target="logistic_regression", methods=["laplace"])["methods"][0]
    assert method["predicted"]["mean"] == pytest.approx(laplace["mean"], abs=1e-9)
    assert method["predicted"]["variance"] == pytest.approx(laplace["variance"], rel=1e-3)


def test_with_the_accept_step_the_prediction_is_the_target_itself() -> None:
    found = reply(methods=[dial(temperature=1.0, corrected=True)])
    assert found["methods"][0]["trustworthy"]
    assert found["methods"][0]["predicted"]["variance"] == found["reference"]["variance"]


@pytest.mark.parametrize(
    ("target", "fields", "why"),
    [
        (GAUSSIAN, {"step_size": 2.5}, "settles nowhere"),
        ("ring", {}, "not positive definite"),
        ("linear_regression", {"batch_size": 2}, "with mini-batches"),
        ("eight_schools", {"temperature": 1.0, "corrected": True}, None),
    ],
)
def test_where_there_is_no_prediction_it_is_told_why(target: Any, fields: dict[str, Any], why: str | None) -> None:
    predicted = reply(target=target, methods=[dial(**fields)])["methods"][0]["predicted"]
    assert (predicted["variance"] is None) == (why is not None)
    assert why is None or why in predicted["how"]


def test_of_other_samplers_nothing_is_predicted() -> None:
    assert reply(methods=["random_walk", "laplace"])["methods"][0]["predicted"] is None
