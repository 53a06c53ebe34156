"""−ELBO and −ln p̃ are objectives like any other: drawn, descended and described."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.core.errors import SpecError
from app.experiments.costs import landscape_cost
from app.experiments.describe import describe
from app.experiments.jobs.landscape import collect_landscape
from app.experiments.jobs.run import collect_run
from app.experiments.landscape import advance_landscape
from app.experiments.run import simulate
from app.experiments.specs import DescribeSpec, LandscapeSpec, RunSpec

ELBO: dict[str, Any] = {"kind": "elbo", "target": "mixture"}


def run(**fields: Any) -> dict[str, Any]:
    return collect_run(list(simulate(RunSpec.model_validate(fields))))


def landscape(**fields: Any) -> dict[str, Any]:
    spec = LandscapeSpec.model_validate(fields)
    return collect_landscape(advance_landscape(spec, None, 60.0).events)


@pytest.mark.parametrize(("start", "elbo"), [((-2.0, -0.5), -1.185461), ((2.0, 0.0), -0.341994)])
def test_an_optimiser_descends_the_elbo_into_the_basin_it_starts_in(start: tuple[float, float], elbo: float) -> None:
    found = run(objective=ELBO, optimisers=["newton"], start={"point": start}, steps=60)
    assert -found["runs"][0]["summary"]["loss"] == pytest.approx(elbo, abs=2e-6)


def test_the_elbo_is_drawn_over_means_and_log_widths() -> None:
    grid = landscape(objective=ELBO, resolution=[33, 33])
    loss = grid["loss"].array
    assert grid["labels"] == ["m θ₁", "ln s θ₁"] and grid["holes"] == 0 and loss.shape == (33, 33)
    assert 0.341994 <= loss.min() < 0.6
    spec = LandscapeSpec.model_validate({"objective": ELBO, "resolution": [33, 33]})
    surface = LandscapeSpec.model_validate({"objective": "rosenbrock", "resolution": [33, 33]})
    assert landscape_cost(spec).seconds > 10 * landscape_cost(surface).seconds


def test_the_forward_divergence_covers_both_hills() -> None:
    found = run(objective=ELBO | {"divergence": "forward"}, optimisers=["newton"], start={"point": [1, 1]}, steps=40)
    np.testing.assert_allclose(found["runs"][0]["final"], (0.8, 0.5 * np.log(4.135)), atol=1e-6)


def test_a_posterior_is_descended_to_its_mode() -> None:
    target = {"kind": "target", "target": "logistic_regression"}
    found = run(objective=target, optimisers=["newton"], steps=60)
    np.testing.assert_allclose(found["runs"][0]["final"], (0.795779, 1.490776), atol=1e-5)
    assert landscape(objective=target, resolution=[17, 17])["labels"] == ["intercept", "slope"]


@pytest.mark.parametrize("kind", ["mean_field", "full_rank"])
def test_many_parameters_are_described_run_and_seen_in_a_plane(kind: str) -> None:
    objective = {"kind": "elbo", "target": {"kind": "gaussian", "dim": 3}, "family": kind}
    said = describe(DescribeSpec.model_validate({"objective": objective}))
    assert said["window"] is None and len(said["start"]) == said["dim"] == (6 if kind == "mean_field" else 9)
    assert said["suggested_learning_rate"] > 0 and said["formula"] is None
    found = run(objective=objective, optimisers=[{"kind": "adam", "learning_rate": 0.05}], steps=20)
    assert found["runs"][0]["loss"][-1] < found["runs"][0]["loss"][0]


def test_a_point_of_the_plane_starts_a_run_of_many_parameters() -> None:
    objective = {"kind": "target", "target": {"kind": "gaussian", "dim": 3}}
    found = run(objective=objective, optimisers=[{"kind": "gradient_descent"}], start={"point": [0.5, 0.0]}, steps=2)
    assert found["runs"][0]["position"][0] == pytest.approx([0.5, 0.0])


def test_no_reference_no_forward_divergence() -> None:
    objective = {"kind": "elbo", "target": "bayesian_network", "divergence": "forward"}
    with pytest.raises(SpecError) as refusal:
        describe(DescribeSpec.model_validate({"objective": objective}))
    assert refusal.value.pointer == "/objective/divergence"
