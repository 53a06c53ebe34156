"""What a client sends: defaults, completions and refusals with their remedies."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from app.core.errors import SpecError
from app.core.spec import catalogue
from app.datasets._base import Dataset
from app.losses.cross_entropy import CrossEntropy
from app.losses.squared_error import SquaredError
from app.objectives.network import MAX_PARAMETERS, NetworkSpec

TABLE = {"kind": "table", "task": "regression", "inputs": [[0, 1, 2], [3, 4, 6]], "targets": [0.5, 1.5]}


def spec(**fields: Any) -> NetworkSpec:
    return NetworkSpec.model_validate({"kind": "network", **fields})


def test_data_alone_make_a_network() -> None:
    net = spec(data={"kind": "moons"}).build()
    assert [(layer.name, layer.fan_in, layer.fan_out) for layer in net.layers] == [("hidden 1", 2, 8), ("output", 8, 1)]
    assert net.dim == 33


def test_nothing_at_all_makes_a_network() -> None:
    assert NetworkSpec().build().dim > 0


def test_the_whole_form_of_the_contract_is_accepted_and_comes_back() -> None:
    sent = {
        "kind": "network",
        "layers": [{"units": 16, "activation": "tanh"}, {"units": 16, "activation": {"kind": "elu", "alpha": 0.5}}],
        "data": {"kind": "moons", "n": 200, "noise": 0.1, "seed": 0},
        "loss": {"kind": "cross_entropy"},
        "regularisers": [{"kind": "l2", "strength": 0.001}],
        "initialiser": {"kind": "glorot_uniform"},
        "residual": False,
    }
    read = NetworkSpec.model_validate(sent)
    again = NetworkSpec.model_validate(read.model_dump(mode="json"))
    assert again == read
    assert hash(again) == hash(read)
    assert read.build().dim == (2 + 1) * 16 + (16 + 1) * 16 + 17


@pytest.mark.parametrize("kind", catalogue("app.datasets", Dataset))
def test_every_dataset_trains_with_its_usual_loss(kind: str) -> None:
    data: Any = TABLE if kind == "table" else kind
    completed = spec(data=data).completed()
    net = completed.build()
    expected = CrossEntropy() if net.data.task == "classification" else SquaredError()
    assert completed.loss == expected
    theta = net.initial(completed.initialiser, np.random.default_rng(0))
    value, gradient = net.value_and_gradient(theta)
    assert np.isfinite(value)
    assert net.value(theta - 1e-3 * gradient) < value


def test_a_completed_spec_is_complete_already() -> None:
    completed = spec(data={"kind": "moons"}).completed()
    assert completed.completed() == completed


def test_logistic_nets_of_the_eighties_can_be_built() -> None:
    net = spec(
        data={"kind": "xor"},
        loss="squared_error",
        output_activation="sigmoid",
        layers=[{"units": 2, "activation": "sigmoid"}],
    ).build()
    outputs = net.predict(np.zeros(net.dim), net.data.inputs)
    np.testing.assert_array_equal(outputs, 0.5)


@pytest.mark.parametrize(
    ("fields", "pointer", "message"),
    [
        ({"data": TABLE, "loss": "cross_entropy"}, "/loss", "squared_error"),
        ({"data": "iris", "output_activation": "sigmoid"}, "/output_activation", "must be identity"),
        ({"data": "iris", "residual": True, "layers": [{"units": 3}]}, "/residual", "same units"),
        ({"data": "iris", "residual": True, "layers": []}, "/residual", "leave residual out"),
        ({"data": "iris", "layers": [{"units": 1024}] * 2}, "/layers", f"at most {MAX_PARAMETERS}"),
    ],
)
def test_parts_that_do_not_fit_are_refused_with_the_remedy(fields: dict[str, Any], pointer: str, message: str) -> None:
    with pytest.raises(SpecError, match=message) as refusal:
        spec(**fields).build()
    assert refusal.value.pointer == pointer


@pytest.mark.parametrize(
    ("layers", "place", "message"),
    [
        ([{"units": 8}, {"units": 1025}], ("layers", 1, "units"), "1025 units must be at most 1024; narrow the layer"),
        ([{"units": 2}] * 65, ("layers",), "65 layers must be at most 64; take fewer, wider layers"),
        ([{"units": 0}], ("layers", 0, "units"), "greater than or equal to 1"),
        ([{"units": True}], ("layers", 0, "units"), "must be a number"),
        ([{"units": 2, "activation": "cube"}], ("layers", 0, "activation"), "cube"),
    ],
)
def test_limits_are_refused_at_their_place(layers: list[Any], place: tuple[Any, ...], message: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        spec(data="moons", layers=layers)
    (error,) = refusal.value.errors()
    assert error["loc"] == place
    assert message in error["msg"]


def test_skip_connections_count_the_inputs_as_what_is_below() -> None:
    nodes = (
        spec(data="moons", residual=True, residual_scale=0.5, layers=[{"units": 2}, {"units": 3}])
        .build()
        .architecture.nodes
    )
    assert [(node.skip, node.scale) for node in nodes] == [(True, 0.5), (False, 1.0), (False, 1.0)]
