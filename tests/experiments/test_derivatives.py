"""Every gradient that is shown agrees with two independent ways of computing it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.activations._base import Activation
from app.core.errors import SpecError
from app.core.spec import catalogue
from app.experiments.derivatives import advance_derivatives
from app.experiments.specs import DerivativesSpec
from app.objectives.surface import Surface

SURFACES = sorted(catalogue("app.objectives.surfaces", Surface))
ACTIVATIONS = sorted(catalogue("app.activations", Activation))


def reply(**fields: Any) -> dict[str, Any]:
    return sliced(10.0, **fields)


def sliced(budget: float, **fields: Any) -> dict[str, Any]:
    spec, state, done = DerivativesSpec.model_validate(fields), None, False
    while not done:
        state, events, done = advance_derivatives(spec, state, budget)
    return events[-1].data


@pytest.mark.parametrize("kind", SURFACES)
def test_a_surface_agrees_with_both_oracles(kind: str) -> None:
    checks = reply(objective={"kind": kind}, parameters=[0.37, -0.61])["checks"]
    assert checks["complex_step"]["max_relative_error"] < 1e-12
    assert checks["finite_difference"]["max_relative_error"] < 1e-9


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_network_agrees_with_both_oracles(activation: str) -> None:
    network = {
        "kind": "network",
        "layers": [{"units": 5, "activation": activation}],
        "data": {"kind": "moons", "n": 30},
    }
    found = reply(objective=network, seed=3)
    assert found["checks"]["complex_step"]["max_relative_error"] < 1e-12
    assert found["checks"]["finite_difference"]["max_relative_error"] < 1e-8
    assert found["checks"]["complex_step"]["coordinates"] == len(found["gradient"])
    squares = sum(layer["gradient_norm"] ** 2 for layer in found["layers"])
    assert squares == pytest.approx(np.sum(found["gradient"] ** 2), rel=1e-12)


def test_the_trace_is_the_chain_rule_written_out() -> None:
    network = {"kind": "network", "layers": [{"units": 4, "activation": "tanh"}], "data": {"kind": "moons", "n": 30}}
    found = reply(objective=network, seed=1, trace={"examples": list(range(30))})
    hidden, output = found["trace"]
    np.testing.assert_allclose(
        hidden["delta"], (output["delta"] @ output["weights"]) * hidden["slope"], rtol=1e-12, atol=1e-16
    )
    weights = hidden["delta"].T @ hidden["inputs"]
    np.testing.assert_allclose(weights.ravel(), found["gradient"][: weights.size], rtol=1e-12, atol=1e-16)


def test_a_point_without_a_finite_loss_is_refused() -> None:
    with pytest.raises(SpecError, match="not finite"):
        reply(objective={"kind": "formula", "expression": "log(x)"}, parameters=[-1.0, 0.0])


def test_a_point_whose_norms_are_not_finite_is_refused() -> None:
    layers = [{"units": 3, "activation": "gelu"}] * 2
    network = {"kind": "network", "layers": layers, "data": {"kind": "moons", "n": 30}}
    assert np.isfinite(reply(objective=network, parameters=[1e50] * 25, checks=False)["gradient"]).all()
    with pytest.raises(SpecError, match="norm is not finite"):
        reply(objective=network, parameters=[1e100] * 25, checks=False)


def test_the_wrong_number_of_parameters_is_refused() -> None:
    with pytest.raises(SpecError, match="3 parameters were given but the objective has 2"):
        reply(objective={"kind": "booth"}, parameters=[1.0, 2.0, 3.0])


@pytest.mark.parametrize("seed", range(4))
def test_differences_stay_on_one_side_of_a_kink(seed: int) -> None:
    network = {"kind": "network", "layers": [{"units": 8, "activation": "relu"}], "data": {"kind": "moons"}}
    checks = reply(objective=network, seed=seed)["checks"]
    assert checks["finite_difference"]["max_relative_error"] < 1e-6


def test_slicing_never_shows_in_the_checks() -> None:
    network = {"kind": "network", "layers": [{"units": 40}], "data": {"kind": "moons", "n": 2000}}
    assert sliced(0.0, objective=network)["checks"] == sliced(10.0, objective=network)["checks"]
