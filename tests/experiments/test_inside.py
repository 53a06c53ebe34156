"""What a run says of a network's inside is true of the parameters at that step, however it is sliced."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.core.errors import SpecError
from app.experiments.build import build_objective
from app.experiments.costs import run_cost
from app.experiments.jobs.run import collect_run
from app.experiments.run import simulate
from app.experiments.specs import RunSpec
from app.objectives.network import Network
from app.serving.wire import Encoding, encode
from tests.experiments.test_curvature_events import sliced
from tests.experiments.wire_bytes import comparable

MOONS: dict[str, Any] = {
    "kind": "network",
    "layers": [{"units": 5, "activation": "relu"}, {"units": 4, "activation": "tanh"}],
    "data": {"kind": "moons", "n": 40, "noise": 0.2},
    "direct": True,
    "regularisers": [{"kind": "l2", "strength": 0.01}],
}
CURVE: dict[str, Any] = {"kind": "network", "layers": [{"units": 3}], "data": {"kind": "sine", "n": 20}}
IRIS: dict[str, Any] = {"kind": "network", "layers": [{"units": 3}], "data": {"kind": "iris", "held_out": 0.3}}
BLOBS: dict[str, Any] = {"kind": "network", "layers": [{"units": 3}], "data": {"kind": "blobs", "n": 30}}
FULL = {"every": 3, "grid": 6, "units": True, "histogram": 8}
ADAM = {"kind": "adam", "learning_rate": 0.05}


def spec(objective: dict[str, Any], network: dict[str, Any], **fields: Any) -> RunSpec:
    given = {"objective": objective, "optimisers": [ADAM], "steps": 20} | fields
    return RunSpec.model_validate(given | {"record": {"parameters": True, "network": network}})


def run(spec: RunSpec) -> tuple[Network, dict[str, Any]]:
    network = build_objective(spec.objective)
    assert isinstance(network, Network)
    return network, collect_run(list(simulate(spec)))["runs"][0]


@pytest.mark.parametrize("batch_size", [None, 8])
def test_slicing_never_shows_in_the_bytes(batch_size: int | None) -> None:
    whole = spec(MOONS, FULL, batch_size=batch_size, optimisers=[ADAM, {"kind": "sgd"}])
    assert comparable(sliced(whole, 0.0)) == comparable(sliced(whole, 10.0))


@pytest.mark.parametrize("objective", [MOONS, CURVE, IRIS, BLOBS], ids=["moons", "sine", "iris", "blobs"])
def test_scores_are_those_of_the_parameters_at_that_step(objective: dict[str, Any]) -> None:
    network, found = run(spec(objective, {"every": 7}))
    assert [event["step"] for event in found["network"]] == [0, 7, 14, 20]
    for event in found["network"]:
        theta = found["parameters"][event["step"]]
        assert event["loss"] == pytest.approx(float(network.value(theta)), rel=1e-14)
        assert network.test is not None
        assert event["test_loss"] == pytest.approx(float(network.test.value(theta)), rel=1e-14)
        if network.data.classes:
            assert event["accuracy"] == network.accuracy(theta)
            assert event["test_accuracy"] == network.test.accuracy(theta)
        else:
            assert event["accuracy"] is event["test_accuracy"] is None
        assert event["grid"] is None


def test_without_held_out_examples_there_is_no_test_score() -> None:
    _, found = run(spec({"kind": "network", "data": {"kind": "xor"}}, {"every": 20}))
    assert found["network"][0]["test_loss"] is found["network"][0]["test_accuracy"] is None


@pytest.mark.parametrize("batch_size", [None, 8])
def test_the_update_ratio_is_that_of_the_step_that_follows(batch_size: int | None) -> None:
    network, found = run(spec(MOONS, {"every": 1}, batch_size=batch_size))
    _, longer = run(spec(MOONS, {"every": 1}, batch_size=batch_size, steps=21))
    thetas = longer["parameters"]
    np.testing.assert_array_equal(thetas[:21], found["parameters"])
    for event in found["network"]:
        change = thetas[event["step"] + 1] - thetas[event["step"]]
        blocks = network.architecture.blocks
        for layer, (W, _), (dW, _) in zip(network.layers, blocks(thetas[event["step"]]), blocks(change), strict=True):
            said = event["layers"][layer.name]
            assert said["weight_norm"] == pytest.approx(np.linalg.norm(W), rel=1e-13)
            assert said["update_ratio"] == pytest.approx(np.linalg.norm(dW) / np.linalg.norm(W), rel=1e-12)


def test_dead_and_saturated_units_are_counted() -> None:
    network, found = run(
        spec(MOONS, {"every": 20, "histogram": 5}, start={"initialiser": {"kind": "normal", "std": 6}})
    )
    for event in found["network"]:
        rows = network.trace(found["parameters"][event["step"]], np.arange(network.examples))
        for row in rows:
            said = event["layers"][row["name"]]
            assert said["dead"] == pytest.approx((row["slope"] == 0).all(axis=0).mean())
            assert said["saturated"] == pytest.approx((np.abs(row["slope"]) < 0.05).mean())
            counts, edges = np.histogram(row["outputs"], 5)
            np.testing.assert_array_equal(said["histogram"]["counts"], counts)
            np.testing.assert_allclose(said["histogram"]["edges"], edges, rtol=1e-12, atol=1e-12)
        assert 0 < event["layers"]["hidden 2"]["saturated"] < 1
        assert event["layers"]["direct"]["dead"] is event["layers"]["direct"]["histogram"] is None


def test_a_layer_that_never_answers_is_dead() -> None:
    shut = {"every": 20, "histogram": 4}
    one_layer = {"kind": "network", "layers": [{"units": 2, "activation": "relu"}], "data": {"kind": "xor"}}
    below_zero = [-1.0, -1.0, -1.0, -1.0, -0.5, -0.5, 1.0, 1.0, 0.0]
    _, found = run(spec(one_layer, shut, start=below_zero))
    hidden = found["network"][0]["layers"]["hidden 1"]
    assert (hidden["dead"], hidden["saturated"]) == (1.0, 1.0)
    assert hidden["histogram"]["counts"].sum() == 8
    assert hidden["update_ratio"] == 0.0


def test_a_layer_without_weights_has_no_update_ratio() -> None:
    _, found = run(spec(BLOBS, {"every": 20}, start={"initialiser": {"kind": "zeros"}}))
    assert found["network"][0]["layers"]["output"] | {"dead": 0} == {
        "weight_norm": 0.0,
        "update_ratio": None,
        "dead": 0,
        "saturated": 0.0,
        "histogram": None,
    }


def test_the_picture_of_two_inputs_is_the_networks_answer_there() -> None:
    network, found = run(spec(MOONS, FULL))
    for event in found["network"]:
        theta, grid = found["parameters"][event["step"]], event["grid"]
        output = grid["output"].array
        assert output.shape == (1, 6, 6)
        for row, column in ((0, 0), (2, 5), (5, 1)):
            point = np.array([[grid["x"][column], grid["y"][row]]])
            logit = network.predict(theta, point)[0, 0]
            assert output[0, row, column] == pytest.approx(1 / (1 + np.exp(-logit)), rel=1e-12)
            for layer, active in zip(("hidden 1", "hidden 2"), network.activity(theta, point), strict=False):
                units = grid["units"][layer].array
                np.testing.assert_allclose(units[:, row, column], active.activations[:, 0], rtol=1e-12, atol=1e-15)
        assert grid["x"][0] < network.data.inputs[:, 0].min() < network.data.inputs[:, 0].max() < grid["x"][-1]


def test_the_picture_of_one_input_is_the_curve() -> None:
    network, found = run(spec(CURVE, FULL))
    grid, theta = found["network"][-1]["grid"], found["parameters"][-1]
    assert grid["y"] is None and grid["units"]["hidden 1"].array.shape == (3, 1, 6)
    np.testing.assert_allclose(grid["output"].array[0, 0], network.predict(theta, grid["x"][:, None])[:, 0], rtol=1e-12)


def test_many_classes_have_a_channel_each_and_probabilities_add_up() -> None:
    _, found = run(spec(BLOBS, FULL))
    output = found["network"][-1]["grid"]["output"].array
    assert output.shape == (3, 6, 6)
    np.testing.assert_allclose(output.sum(axis=0), 1, rtol=1e-12)


def test_measuring_changes_nothing_that_is_measured() -> None:
    measured, plain = run(spec(MOONS, FULL))[1], run(spec(MOONS, {"every": 20}))[1]
    assert measured["parameters"].tobytes() == plain["parameters"].tobytes()


@pytest.mark.parametrize("rate", [1e3, 1e6])
def test_a_run_that_diverges_keeps_its_pictures_finite_and_says_so(rate: float) -> None:
    wild = spec(
        CURVE | {"layers": [{"units": 3, "activation": "relu"}]},
        FULL,
        optimisers=[{"kind": "gradient_descent", "learning_rate": rate}],
    )
    events = list(simulate(wild))
    assert events[-2].kind == "diverged" and any(event.kind == "network" for event in events)
    assert b"NaN" not in encode(events, Encoding("ndjson", "base64")) + encode(events, Encoding("ndjson", "json"))


@pytest.mark.parametrize(
    ("objective", "network", "pointer"),
    [
        ({"kind": "booth"}, {"every": 1}, "/record/network"),
        (IRIS, {"grid": 10}, "/record/network/grid"),
        (MOONS, {"units": True}, "/record/network/units"),
        (MOONS, {"grid": 1}, "/record/network/grid"),
    ],
)
def test_what_there_is_not_is_refused(objective: dict[str, Any], network: dict[str, Any], pointer: str) -> None:
    with pytest.raises(SpecError) as caught:
        list(simulate(spec(objective, network)))
    assert caught.value.pointer == pointer


def test_pictures_cost_and_are_counted() -> None:
    small, large = (run_cost(spec(MOONS, {"every": 1, "grid": grid, "units": True})) for grid in (5, 100))
    assert large.seconds > small.seconds and large.bytes > small.bytes + 20 * 8 * 10 * 100**2
