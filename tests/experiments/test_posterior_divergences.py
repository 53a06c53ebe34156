"""A posterior's Gaussians stand beside the ones that match moments, with both divergences."""

from __future__ import annotations

import numpy as np
import pytest

from app.experiments.posteriors.job import posterior_cost
from app.experiments.posteriors.specs import PosteriorSpec
from tests.experiments.test_posterior import BANANA, reply

METHODS = ["variational", "laplace", "random_walk"]


def test_both_divergences_of_every_gaussian_and_of_the_moment_matches() -> None:
    found = reply(target="mixture", methods=METHODS, divergences=True)
    fit, _, walk = found["methods"]
    full, diagonal = found["moment_matches"]
    assert walk["divergences"] is None
    assert fit["divergences"]["reverse"]["value"] == pytest.approx(-fit["log_evidence"], abs=1e-9)
    assert (full["family"], diagonal["family"]) == ("full_rank", "mean_field")
    assert full["forward"]["value"] == pytest.approx(0.318371, abs=6e-7)
    assert full["forward"]["value"] < fit["divergences"]["forward"]["value"]
    assert fit["divergences"]["reverse"]["value"] < full["reverse"]["value"]
    assert full["forward"]["error"] < 1e-6


def test_the_moment_match_has_the_moments_of_the_reference() -> None:
    found = reply(methods=METHODS, divergences=True)
    full, diagonal = found["moment_matches"]
    np.testing.assert_array_equal(full["mean"], found["reference"]["mean"])
    np.testing.assert_array_equal(full["covariance"], found["reference"]["covariance"])
    np.testing.assert_array_equal(diagonal["covariance"], np.diag(found["reference"]["variance"]))


def test_what_is_not_known_is_left_out_with_the_reason() -> None:
    several = reply(target="eight_schools", methods=METHODS, divergences=True, sheets=None)
    assert "10" in several["left_out"]["divergences"]
    assert several["methods"][0]["divergences"]["forward"] is None
    assert several["methods"][0]["divergences"]["reverse"]["error"] > 0
    unknown = reply(target={"kind": "bayesian_network"}, methods=["laplace"], divergences=True, sheets=None)
    assert unknown["moment_matches"] is None and "lower bound" in unknown["left_out"]["divergences"]


def test_without_being_asked_for_there_are_none_and_they_cost_nothing() -> None:
    found = reply(methods=METHODS)
    assert found["moment_matches"] is None and found["methods"][0]["divergences"] is None
    costs = [posterior_cost(PosteriorSpec.model_validate(BANANA | {"divergences": d})).seconds for d in (False, True)]
    assert costs[0] < costs[1]


def test_the_path_of_a_fit_begins_where_its_optimiser_does() -> None:
    fit = reply(target="gaussian", methods=[{"kind": "variational", "iterations": 50}])["methods"][0]["diagnostics"]
    assert len(fit["start"]) == len(fit["now"]) == 4 and fit["start"] != fit["now"]


@pytest.mark.parametrize("family", ["mean_field", "full_rank"])
@pytest.mark.parametrize("learning_rate", [5.0, 50.0, 1e6])
def test_a_fit_that_flies_off_says_so_and_has_no_divergences(family: str, learning_rate: float) -> None:
    optimiser = {"kind": "gradient_descent", "learning_rate": learning_rate}
    fields = {"family": family, "optimiser": optimiser, "iterations": 100}
    method = reply(methods=[{"kind": "variational", **fields}], divergences=True)["methods"][0]
    assert "learning rate" in method["diagnostics"]["refused"] and method["divergences"] is None
