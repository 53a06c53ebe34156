"""Paths over λ: whole, sliced, chosen; and refusals that say what to change."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError
from sklearn.linear_model import lasso_path

from app.core.errors import SpecError
from app.experiments.events import Event
from app.experiments.path_costs import path_cost
from app.experiments.path_specs import PathSpec
from app.experiments.paths import advance_path, collect_path
from tests.experiments.wire_bytes import comparable

LASSO: dict[str, Any] = {"data": {"kind": "diabetes"}, "regularisers": [{"kind": "l1", "biases": False}]}


def spec(objective: dict[str, Any] | None = None, **fields: Any) -> PathSpec:
    return PathSpec.model_validate({"objective": objective or LASSO, "count": 12, "folds": 3, **fields})


def events(of: PathSpec, budget: float = 60.0) -> list[Event]:
    found, state, done = [], None, False
    while not done:
        state, some, done = advance_path(of, state, budget)
        found += some
    return found


def reply(**fields: Any) -> dict[str, Any]:
    return collect_path(events(spec(**fields)))


def test_the_path_of_the_lasso_is_scikit_learn_s() -> None:
    path = reply(folds=0)
    data = spec().objective.data.load()
    alphas, theirs, _ = lasso_path(
        data.inputs, data.targets[:, 0], alphas=path["strengths"] / 2, tol=1e-15, max_iter=10**6
    )
    np.testing.assert_allclose(alphas, path["strengths"] / 2)
    np.testing.assert_allclose(path["coefficients"][:, :-1], theirs.T, atol=1e-8)
    assert ((path["coefficients"][:, :-1] == 0) == (theirs.T == 0)).all()


@pytest.mark.parametrize("penalty", ["l1", "l2", "elastic_net", "group"])
def test_every_reported_optimum_comes_with_a_residual_below_the_stated_tolerance(penalty: str) -> None:
    path = reply(objective=LASSO | {"regularisers": [{"kind": penalty, "biases": False}]})
    assert path["residual"].max() <= path["tolerance"] <= 1e-11
    if penalty == "l2":
        assert path["critical"] is None
        np.testing.assert_allclose(path["gradient"] + path["penalty_gradient"], 0, atol=1e-13)
    else:
        assert path["nonzero"][0] == 0 < path["nonzero"][-1]
        assert path["critical"] == pytest.approx(path["strengths"][0])


def test_training_error_rises_with_the_strength_and_the_chosen_strengths_follow_the_rule() -> None:
    path = reply(folds=5, count=20)
    assert (np.diff(path["train"]["loss"]) <= 1e-12).all()
    mean, error = path["validation"]["mean"], path["validation"]["standard_error"]
    chosen = path["chosen"]
    assert chosen["minimum"] == mean.argmin()
    within = mean <= mean.min() + error[mean.argmin()]
    assert within[chosen["one_standard_error"]] and not within[: chosen["one_standard_error"]].any()
    assert path["nonzero"][chosen["one_standard_error"]] < path["nonzero"][chosen["minimum"]]


def test_classes_have_an_accuracy() -> None:
    path = reply(objective=LASSO | {"data": {"kind": "breast_cancer"}}, folds=0)
    assert path["chosen"] == {
        "by": "held-out examples",
        "minimum": path["test"]["loss"].argmin(),
        "one_standard_error": None,
    }
    assert path["train"]["accuracy"][0] < 0.7 and path["train"]["accuracy"][-1] > 0.95


def test_with_nothing_held_out_nothing_is_chosen() -> None:
    path = reply(objective=LASSO | {"data": {"kind": "diabetes", "held_out": 0}}, folds=0)
    assert path["test"] is path["validation"] is path["chosen"] is None


def test_slices_do_not_show() -> None:
    assert comparable(events(spec(), 0.0)) == comparable(events(spec(), 60.0))


def test_given_strengths_are_taken_from_the_largest_down() -> None:
    path = reply(strengths=[0.01, 0.5, 0.1, 0.5], folds=0)
    assert path["strengths"].tolist() == [0.5, 0.1, 0.01]


@pytest.mark.parametrize(
    ("change", "pointer", "says"),
    [
        ({"layers": [{"units": 2}]}, "/objective/layers", "1 hidden layers must be 0"),
        ({"regularisers": []}, "/objective/regularisers", "0 regularisers must be exactly 1"),
        ({"regularisers": ["l1", "l2"]}, "/objective/regularisers", "2 regularisers must be exactly 1"),
        ({"output_activation": "tanh", "loss": "squared_error"}, "/objective/output_activation", "must be identity"),
        ({"data": {"kind": "diabetes", "columns": [10]}}, "/objective/data/columns", "column 10 must be from 0 to 9"),
    ],
)
def test_what_has_no_one_path_is_refused_with_what_to_change(change: dict[str, Any], pointer: str, says: str) -> None:
    with pytest.raises(SpecError, match=says) as refused:
        path_cost(spec(LASSO | change))
    assert refused.value.pointer == pointer


def test_one_fold_is_refused() -> None:
    with pytest.raises(ValidationError, match="folds 1 must be 0"):
        spec(folds=1)


def test_more_strengths_and_folds_cost_more() -> None:
    costs = [path_cost(spec(**fields)).seconds for fields in ({}, {"count": 24}, {"folds": 7})]
    assert costs[1] == pytest.approx(2 * costs[0]) and costs[2] == pytest.approx(2 * costs[0])
