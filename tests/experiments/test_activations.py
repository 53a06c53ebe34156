"""The activation strip: curves, true bounds, and what depth does to errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.activations._base import Activation
from app.core.spec import catalogue
from app.experiments.activations import activations_cost, advance_activations
from app.experiments.network_specs import ActivationsSpec
from app.serving.wire import document

KINDS = sorted(catalogue("app.activations", Activation))
SERIES = ("activation", "slope", "delta", "gradient")


def reply(budget: float = 10.0, **fields: Any) -> dict[str, Any]:
    spec, state, done = ActivationsSpec.model_validate(fields), None, False
    while not done:
        state, events, done = advance_activations(spec, state, budget)
    return events[-1].data


def per_layer(found: dict[str, Any], name: str) -> float:
    """The factor a layer, from the median at the bottom."""
    median = found["depth"][name]["median"].array
    return float(10 ** (median[0] / (len(median) - 1)))


@pytest.mark.parametrize("kind", KINDS)
def test_curves_are_the_activation_and_stay_under_its_bound(kind: str) -> None:
    found = reply(activation=kind, range=[-5, 5], points=101)
    activation = catalogue("app.activations", Activation)[kind]()
    assert isinstance(activation, Activation)
    for name, known in zip(("value", "first", "second"), activation.second(found["z"].copy()), strict=True):
        np.testing.assert_array_equal(found[name].array, known)
    assert np.abs(found["first"].array).max() <= found["bound"] == activation.slope_bound


@pytest.mark.parametrize("kind", KINDS)
def test_the_product_of_slopes_never_exceeds_the_bound_to_the_power_of_depth(kind: str) -> None:
    depth = reply(activation=kind, depth=12, scale=1.5)["depth"]
    assert (depth["slope"]["high"].array <= depth["bound"] + 1e-9).all()
    for name in SERIES:
        low, median, high = (depth[name][part].array for part in ("low", "median", "high"))
        assert (low <= median).all() and (median <= high).all()
        assert depth["layer"].tolist() == list(range(1, 13))


def test_errors_vanish_as_the_theory_of_wide_layers_says() -> None:
    narrow = {"kind": "uniform", "scale": 0.125}
    deep = {"depth": 20, "width": 64, "networks": 10}
    assert per_layer(reply(activation="identity", initialiser=narrow, **deep), "delta") == pytest.approx(
        3**-0.5, rel=0.03
    )
    assert per_layer(reply(activation="identity", initialiser="lecun_normal", **deep), "delta") == pytest.approx(
        1, rel=0.03
    )
    assert per_layer(reply(activation="relu", initialiser="he_normal", **deep), "delta") == pytest.approx(1, rel=0.06)
    assert per_layer(reply(activation="sigmoid", **deep), "delta") < 0.25


def test_the_tanhs_bound_is_one_and_the_sigmoids_a_quarter() -> None:
    np.testing.assert_array_equal(reply(activation="tanh", depth=5)["depth"]["bound"], 0)
    np.testing.assert_allclose(reply(activation="sigmoid", depth=3)["depth"]["bound"], np.log10([4**-3, 4**-2, 4**-1]))


def test_slicing_never_shows_and_everything_travels() -> None:
    asked: dict[str, Any] = {"activation": {"kind": "relu"}, "depth": 30, "width": 4, "initialiser": "zeros"}
    assert document(reply(0.0, **asked), "json") == document(reply(10.0, **asked), "json")
    assert b"null" in document(reply(**asked), "json")


def test_what_overflows_is_a_hole() -> None:
    found = reply(
        activation="relu", scale=100, depth=64, width=256, networks=1, initialiser={"kind": "normal", "std": 100}
    )
    assert b"NaN" not in document(found, "json")


def test_it_costs_and_is_counted() -> None:
    costs = [activations_cost(ActivationsSpec(depth=d, width=w, networks=n)) for d, w, n in ((1, 1, 1), (64, 256, 50))]
    assert costs[0].seconds < 0.01 < 5 < costs[1].seconds < 60


@pytest.mark.parametrize("bad", [[1, 1], [2, 1], [1, 1 + 1e-15]])
def test_a_range_without_a_length_is_refused(bad: list[float]) -> None:
    with pytest.raises(ValueError, match="from < to"):
        ActivationsSpec.model_validate({"range": bad})
