"""Penalties as priors: the Gaussian's mean is its mode, the Laplace prior's is not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad

from app.core.errors import SpecError
from app.experiments.path_specs import PriorSpec
from app.experiments.priors import advance_prior

TARGETS = np.array([1.0, 0.1])
NOISE = 0.4
EXAMPLES = 2


def orthonormal() -> dict[str, Any]:
    """Inputs √2·I and targets √2·y: n/(2σ²)·mean square = ‖w − y‖²/σ², a Gaussian in each weight alone."""
    root = np.sqrt(EXAMPLES)
    return {
        "kind": "table",
        "task": "regression",
        "inputs": (root * np.eye(2)).tolist(),
        "targets": (root * TARGETS).tolist(),
    }


def reply(penalty: dict[str, Any], data: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    objective = {"data": data or orthonormal(), "biases": False, "regularisers": [penalty]}
    spec = PriorSpec.model_validate({"objective": objective, "resolution": 21, **fields})
    data_of: dict[str, Any] = advance_prior(spec, None, 1.0).events[0].data
    return data_of


def test_with_an_l2_penalty_the_posterior_is_a_gaussian_whose_mean_is_its_mode() -> None:
    """Precision 2(1 + λ)/σ² in each weight, mean y/(1 + λ)."""
    held = reply({"kind": "l2", "strength": 0.5}, noise=NOISE)
    np.testing.assert_allclose(held["mode"], TARGETS / 1.5, atol=1e-12)
    np.testing.assert_allclose(held["mean"], held["mode"], atol=1e-10)
    np.testing.assert_allclose(held["deviation"], NOISE / np.sqrt(2 * 1.5), rtol=1e-9)
    assert held["log_mass"] == pytest.approx(np.log(2 * np.pi * NOISE**2 / 3), abs=1e-9)


def test_the_lasso_s_mode_is_exactly_zero_and_its_mean_is_not() -> None:
    held = reply({"kind": "l1", "strength": 0.5}, noise=NOISE)
    factor = EXAMPLES / (2 * NOISE**2)

    def density(w: float, y: float) -> float:
        return float(np.exp(-factor * ((w - y) ** 2 + 0.5 * abs(w))))

    means = []
    for y in TARGETS:
        mass, first = (
            quad(lambda w, k=k, y=y: w**k * density(w, y), -4, 5, points=[0, y], epsabs=1e-13)[0] for k in (0, 1)
        )
        means.append(first / mass)
    assert held["mode"].tolist() == [0.75, 0.0]
    np.testing.assert_allclose(held["mean"], means, atol=1e-9)
    assert held["mean_error"].max() < 1e-9 < 0.01 < held["mean"][1]
    slices = {cut["axis"]: cut for cut in held["slices"]}
    assert slices[1]["mode"] == 0 and slices[1]["mean"] == pytest.approx(means[1], abs=1e-9)


@pytest.mark.parametrize("penalty", ["l1", "l2", "elastic_net", "group"])
def test_a_slice_of_the_posterior_is_prior_times_likelihood_and_peaks_at_the_mode(penalty: str) -> None:
    held = reply({"kind": penalty, "strength": 0.2}, {"kind": "breast_cancer", "columns": [0, 1]})
    assert held["scale"] == 427 and held["noise"] is None
    for cut in held["slices"]:
        product = cut["prior"] * cut["likelihood"]
        np.testing.assert_allclose(product / product.max(), cut["posterior"], rtol=1e-9)
        assert cut["x"][cut["posterior"].argmax()] == pytest.approx(cut["mode"], abs=1e-12)
    assert held["residual"] < 1e-12


def test_the_density_s_rows_are_y() -> None:
    held = reply({"kind": "l2", "strength": 0.1}, noise=NOISE)
    row, column = np.unravel_index(held["density"].array.argmax(), held["density"].array.shape)
    spacing = np.diff(held["x"])[0], np.diff(held["y"])[0]
    assert abs(held["x"][column] - held["mode"][0]) < spacing[0]
    assert abs(held["y"][row] - held["mode"][1]) < spacing[1]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"data": {"kind": "diabetes"}}, "/objective/data"),
        ({"data": {"kind": "breast_cancer", "columns": [0, 1]}, "loss": "squared_error"}, "/objective/loss"),
    ],
)
def test_what_cannot_be_drawn_as_a_posterior_of_two_weights_is_refused(change: dict[str, Any], pointer: str) -> None:
    objective = {"biases": False, "regularisers": ["l1"], **change}
    with pytest.raises(SpecError) as refused:
        advance_prior(PriorSpec.model_validate({"objective": objective}), None, 1.0)
    assert refused.value.pointer == pointer
