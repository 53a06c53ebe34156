"""Every number of the chain-rule microscope is a factor of the derivative that it claims to explain."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

from app.core.errors import SpecError
from app.experiments import microscope
from app.experiments.build import build_objective
from app.experiments.costs import derivatives_cost
from app.experiments.derivatives import advance_derivatives
from app.experiments.specs import DerivativesSpec
from app.objectives.network import Network
from app.serving.wire import document

PENALTIES = [{"kind": "l2", "strength": 0.02}, {"kind": "l1", "strength": 0.01, "biases": False}]
MOONS: dict[str, Any] = {"kind": "moons", "n": 12}
NETWORKS: dict[str, dict[str, Any]] = {
    "plain": {"layers": [{"units": 3, "activation": "tanh"}, {"units": 4, "activation": "sigmoid"}], "data": MOONS},
    "skips and direct": {
        "layers": [{"units": 4, "activation": a} for a in ("silu", "relu", "tanh")],
        "data": {"kind": "blobs", "n": 12},
        "residual": True,
        "residual_scale": 0.5,
        "direct": True,
        "regularisers": PENALTIES,
    },
    "skipped inputs": {"layers": [{"units": 2, "activation": "softplus"}] * 2, "data": MOONS, "residual": True},
    "linear": {"layers": [], "data": {"kind": "linear", "n": 9}, "regularisers": PENALTIES},
    "no biases": {"layers": [{"units": 2, "activation": "gelu"}], "data": MOONS, "biases": False},
}
each = pytest.mark.parametrize("name", NETWORKS)


def reply(name: str, **fields: Any) -> dict[str, Any]:
    return sliced(10.0, objective={"kind": "network"} | NETWORKS[name], seed=5, **fields)


def sliced(budget: float, **fields: Any) -> dict[str, Any]:
    spec, state, done = DerivativesSpec.model_validate(fields), None, False
    while not done:
        state, events, done = advance_derivatives(spec, pickle.loads(pickle.dumps(state)), budget)
    return events[-1].data


def network(name: str) -> Network:
    built = build_objective(
        DerivativesSpec.model_validate({"objective": {"kind": "network"} | NETWORKS[name]}).objective
    )
    assert isinstance(built, Network)
    return built


@each
def test_every_weight_is_the_sum_of_its_products_and_passes_three_checks(name: str) -> None:
    whole = network(name)
    everyone = {"examples": list(range(whole.examples))}
    for index in range(whole.dim):
        found = reply(name, weight=index, trace=everyone)["weight"]
        products = [example["product"] for example in found["examples"]]
        penalty = sum(entry["gradient"] for entry in found["regularisers"])
        scale = max(abs(found["gradient"]), 1e-3)
        assert found["name"] == whole.parameter_names()[index]
        assert sum(products) == pytest.approx(found["batch"], rel=1e-12, abs=1e-14)
        assert found["batch"] + penalty == pytest.approx(found["gradient"], rel=1e-12, abs=1e-14)
        assert abs(found["complex_step"]["difference"]) < 1e-13 * scale
        assert abs(found["finite_difference"]["difference"]) < 1e-8 * scale


@each
def test_the_factors_of_one_example_multiply_to_what_is_checked_of_its_own_loss(name: str) -> None:
    whole = network(name)
    for index in range(0, whole.dim, 3):
        found = reply(name, weight=index, trace={"examples": [4]})["weight"]
        own = found["own"]
        product = found["examples"][0]["product"] * whole.examples
        assert own["gradient"] == pytest.approx(product, rel=1e-12, abs=1e-15)
        assert own["complex_step"]["value"] == pytest.approx(product, rel=1e-12, abs=1e-14)
        assert own["finite_difference"]["value"] == pytest.approx(product, rel=1e-7, abs=1e-9)
    assert reply(name, weight=0, trace={"examples": [4, 5]})["weight"]["own"] is None


def test_a_microscope_on_a_long_theta_need_not_check_all_of_it() -> None:
    spec = {"objective": {"kind": "network"} | NETWORKS["plain"], "weight": 3}
    whole, one = (DerivativesSpec.model_validate(spec | {"checks": checks}) for checks in (True, False))
    assert derivatives_cost(one).seconds < derivatives_cost(whole).seconds
    without = reply("plain", weight=3, checks=False)
    assert without["checks"] is None
    assert without["weight"] == reply("plain", weight=3)["weight"] | {"examples": without["weight"]["examples"]}


@each
def test_each_delta_is_its_slope_times_what_comes_from_above(name: str) -> None:
    whole = network(name)
    for index in range(0, whole.dim, 2):
        for example in reply(name, weight=index, trace={"examples": [3, 7]})["weight"]["examples"]:
            assert example["delta"] == pytest.approx(example["slope"] * example["upstream"], rel=1e-14)
            assert example["product"] == example["delta"] * example["input"]
            if example["terms"] is None:
                assert len(example["path"]) == 1
                continue
            above = example["path"][1]
            np.testing.assert_array_equal(example["terms"]["delta"], above["delta"])
            total = np.sum(example["terms"]["product"]) + (example["skipped"] or 0)
            assert total == pytest.approx(example["upstream"], rel=1e-12, abs=1e-16)


@each
def test_a_weight_is_found_by_its_place_as_by_its_index(name: str) -> None:
    whole = network(name)
    for layer in whole.layers:
        last = {"layer": layer.name, "row": layer.fan_out - 1}
        weight = reply(name, weight=last | {"column": layer.fan_in - 1})["weight"]
        assert weight["name"] == f"{layer.name} W[{layer.fan_out - 1},{layer.fan_in - 1}]"
        assert weight["index"] == layer.start + layer.fan_in * layer.fan_out - 1
        if layer.biases:
            bias = reply(name, weight=last)["weight"]
            assert bias["name"] == f"{layer.name} b[{layer.fan_out - 1}]" and bias["column"] is None
            assert bias["examples"][0]["input"] == 1.0


@each
def test_the_examples_losses_average_to_the_loss_without_penalties(name: str) -> None:
    whole = network(name)
    found = reply(name, trace={"examples": list(range(whole.examples))})
    theta = found["parameters"]
    assert found["examples"]["loss"].mean() == pytest.approx(float(whole.unpenalised().value(theta)), rel=1e-13)
    outputs = whole.predict(theta, whole.data.inputs)
    np.testing.assert_allclose(found["examples"]["output"], whole.shown(outputs.mT).mT, rtol=1e-12)
    np.testing.assert_array_equal(found["examples"]["target"], whole.data.targets)


@each
def test_the_traced_forward_pass_can_be_followed_edge_by_edge(name: str) -> None:
    rows = reply(name, trace={"examples": [0, 4]})["trace"]
    below = rows[0]["inputs"]
    for row in rows:
        np.testing.assert_array_equal(row["inputs"], below)
        z = below @ row["weights"].T + (0 if row["biases"] is None else row["biases"])
        z = z if row["direct"] is None else z + rows[0]["inputs"] @ row["direct"].T
        np.testing.assert_allclose(row["preactivations"], z, rtol=1e-12, atol=1e-14)
        below = row["outputs"]


@each
@pytest.mark.parametrize("pieces", [1, 1_000_000])
def test_a_batch_adds_up_to_the_gradient_without_penalties(
    name: str, pieces: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(microscope, "PIECE_NUMBERS", pieces)
    whole = network(name)
    found = reply(name, trace={"batch": True})
    batch, theta = found["batch"], found["parameters"]
    everything = whole.trace(theta, np.arange(whole.examples))
    for layer, row in zip(batch["layers"], everything, strict=True):
        for mean in ("inputs", "outputs"):
            np.testing.assert_allclose(layer[mean], row[mean].mean(axis=0), rtol=1e-12, atol=1e-14)
        for total in ("upstream", "delta"):
            np.testing.assert_allclose(layer[total], row[total].sum(axis=0), rtol=1e-12, atol=1e-14)
    direct = [layer["direct"] for layer in batch["layers"]]
    parts = [layer[part] for layer in batch["layers"] for part in ("weights", "biases")] + direct
    flat = np.concatenate([part.ravel() for part in parts if part is not None])
    loss, gradient = whole.unpenalised().value_and_gradient(theta)
    np.testing.assert_allclose(flat, gradient, rtol=1e-10, atol=1e-14)
    assert batch["loss"] == pytest.approx(float(loss)) and batch["examples"] == whole.examples


@each
def test_singular_values_are_those_of_the_jacobians_by_differences(name: str) -> None:
    whole = network(name)
    found = reply(name, jacobian=True, trace={"examples": [1, 2]})
    theta = found["parameters"]
    for entry in found["jacobian"]:
        x = whole.data.inputs[entry["example"]]
        steps = [(x + 1e-6 * e, x - 1e-6 * e) for e in np.eye(x.size)]
        for k, layer in enumerate(entry["layers"]):
            columns = [np.subtract(*(whole.activity(theta, p[None])[k].activations[:, 0] for p in s)) for s in steps]
            known = np.linalg.svd(np.stack(columns, axis=1) / 2e-6, compute_uv=False)
            np.testing.assert_allclose(layer["from_inputs"], known, rtol=1e-6, atol=1e-8)
        np.testing.assert_allclose(entry["layers"][-1]["to_outputs"], 1.0)


def test_without_skips_the_errors_are_carried_back_by_the_product_of_the_factors() -> None:
    found = reply("plain", jacobian=True, trace={"examples": [0]})
    bounds = [layer["to_outputs"] for layer in found["jacobian"][0]["layers"]]
    upstream = [np.linalg.norm(row["upstream"][0]) for row in found["trace"]]
    for values, norm in zip(bounds, upstream, strict=True):
        assert norm <= values[0] * upstream[-1] * (1 + 1e-12)


def test_the_ledger_is_in_the_reply() -> None:
    found = reply("plain", ledger=True)["ledger"]
    assert found["examples"] == 12 and found["parameters"] == network("plain").dim
    assert [mode["mode"] for mode in found["modes"]][:2] == ["value", "reverse"]


def test_slicing_never_shows_and_everything_travels() -> None:
    fields = {
        "objective": {"kind": "network"} | NETWORKS["skips and direct"],
        "weight": 3,
        "ledger": True,
        "jacobian": True,
        "trace": {"examples": [0, 1, 2]},
    }
    one, other = sliced(0.0, **fields), sliced(10.0, **fields)
    assert document(one, "json") == document(other, "json")
    assert document(one, "base64") == document(other, "base64")


@pytest.mark.parametrize(
    ("weight", "pointer"),
    [
        ({}, "/weight"),
        ({"index": 1, "layer": "output"}, "/weight"),
        (10_000, "/weight/index"),
        ({"layer": "hidden 9"}, "/weight/layer"),
        ({"layer": "output", "row": 1}, "/weight/row"),
        ({"layer": "output", "column": 2}, "/weight/column"),
        ({"layer": "output"}, "/weight/column"),
    ],
)
def test_a_weight_that_there_is_not_is_refused(weight: Any, pointer: str) -> None:
    with pytest.raises(SpecError) as caught:
        reply("no biases", weight=weight)
    assert caught.value.pointer == pointer


@pytest.mark.parametrize("field", [{"weight": 0}, {"ledger": True}, {"jacobian": True}, {"trace": {}}])
def test_a_surface_has_nothing_to_look_into(field: dict[str, Any]) -> None:
    with pytest.raises(SpecError, match="a surface has no layers"):
        sliced(1.0, objective={"kind": "booth"}, **field)


def test_decompositions_cost_and_are_counted() -> None:
    wide = {"kind": "network", "layers": [{"units": 300}] * 2, "data": MOONS}
    asked = [DerivativesSpec(objective=wide, jacobian=j, trace={"examples": tuple(range(9))}) for j in (False, True)]
    assert derivatives_cost(asked[1]).seconds > derivatives_cost(asked[0]).seconds + 0.5
