"""A run in single precision is the same run, rounded at every step; who cannot be rounded says so."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

from app.core.errors import SpecError
from app.experiments.build import build_objective
from app.experiments.jobs.run import collect_run
from app.experiments.run import advance, prepare, simulate
from app.experiments.specs import RunSpec
from tests.experiments.wire_bytes import comparable

MOONS: dict[str, Any] = {
    "kind": "network",
    "layers": [{"units": 4, "activation": "tanh"}, {"units": 3, "activation": "sigmoid"}],
    "data": {"kind": "moons", "n": 60},
    "regularisers": [{"kind": "l2", "strength": 0.01}],
}
WAYS: dict[str, dict[str, Any]] = {
    "whole": {},
    "batches": {"batch_size": 8},
    "dropout": {"noise": {"dropout": 0.2, "inputs": 0.1}},
    "noise": {"optimisers": [{"kind": "sgd", "gradient_noise": 0.1}]},
    "coupled": {"objective": MOONS | {"regularisers": [{"kind": "group", "strength": 0.01}]}},
}
every_way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())


def spec(**fields: Any) -> RunSpec:
    given = {
        "objective": MOONS,
        "optimisers": [{"kind": "adam", "learning_rate": 0.01}],
        "steps": 30,
        "precision": "float32",
        "record": {"parameters": True},
    }
    return RunSpec.model_validate(given | fields)


def whole(run: RunSpec) -> dict[str, Any]:
    return collect_run(list(simulate(run)))


@every_way
def test_every_number_of_a_state_is_single(way: dict[str, Any]) -> None:
    run, state, done = spec(**way), None, False
    while not done:
        state, _, done = advance(run, state, 0.0)
        (racer,) = state.racers
        assert {one.dtype for one in (racer.state.theta, *racer.state.memory)} == {np.dtype(np.float32)}


def test_a_start_beyond_single_precision_is_refused() -> None:
    dim = build_objective(spec().objective).dim
    start = {"parameters": [1.0] * (dim - 1) + [-1e39]}
    with pytest.raises(SpecError, match=rf"parameter {dim - 1} is -1e\+39, .* beyond 3.4e\+38; .* float64") as refusal:
        prepare(spec(start=start))
    assert refusal.value.pointer == "/start"
    prepare(spec(start=start, precision="float64"))


@every_way
def test_it_is_the_double_run_but_for_rounding(way: dict[str, Any]) -> None:
    single, double = whole(spec(**way))["runs"][0], whole(spec(**way, precision="float64"))["runs"][0]
    for column in ("loss", "slice_loss", "gradient_norm", "parameters", "position", "captured"):
        np.testing.assert_allclose(single[column], double[column], rtol=5e-3, atol=1e-4)
        assert np.asarray(getattr(single[column], "array", single[column])).dtype == np.float64
    assert not np.array_equal(single["loss"], double["loss"])


@every_way
def test_slicing_never_shows(way: dict[str, Any]) -> None:
    run, events, state, done = spec(**way), [], None, False
    while not done:
        state, some, done = advance(run, pickle.loads(pickle.dumps(state)), 0.0)
        events += some
    assert comparable(events) == comparable(list(simulate(run)))


def test_what_is_recorded_of_a_step_belongs_to_the_very_parameters_that_it_held() -> None:
    run = spec()
    frames = whole(run)["runs"][0]
    held = frames["parameters"]
    np.testing.assert_array_equal(held, held.astype(np.float32))
    np.testing.assert_array_equal(held[0], prepare(run).theta)
    assert frames["position"][0].tolist() == [0.0, 0.0] and frames["captured"][0] == 1
    value, _ = build_objective(run.objective).value_and_gradient(held)
    np.testing.assert_allclose(frames["loss"], value, rtol=1e-5)
    np.testing.assert_array_equal(frames["final"], held[-1])


def test_measurements_along_the_run_are_taken_in_double_precision() -> None:
    record = {"parameters": True, "curvature": {"every": 10, "diagonal": True}, "network": {"every": 10}}
    run = spec(record=record, early_stopping={"every": 10, "patience": 2})
    found = whole(run)["runs"][0]
    objective = build_objective(run.objective)
    for event in found["curvature"]:
        theta = found["parameters"][event["step"]]
        largest = np.linalg.eigvalsh(objective.hessian(theta))[-1]
        assert event["eigenvalues"][0] == pytest.approx(largest, rel=1e-10)
    for event in found["network"]:
        assert event["loss"] == pytest.approx(float(objective.value(found["parameters"][event["step"]])), rel=1e-13)


def test_a_run_that_diverges_is_told_of_as_in_double_precision() -> None:
    wild = {"kind": "gradient_descent", "learning_rate": 1e4}
    objective = MOONS | {"loss": {"kind": "squared_error"}, "layers": []}
    single, double = (
        whole(spec(objective=objective, optimisers=[wild], precision=precision))["runs"][0]
        for precision in ("float32", "float64")
    )
    assert single["diverged"]["reason"] == double["diverged"]["reason"] == "overshoot"
    assert single["diverged"]["sharpness"] == pytest.approx(double["diverged"]["sharpness"], rel=1e-4)
    assert single["diverged"]["suggested_learning_rate"] == double["diverged"]["suggested_learning_rate"]


@pytest.mark.parametrize(
    ("fields", "pointer", "says"),
    [
        ({"objective": {"kind": "rosenbrock"}}, "/precision", "float32 is for networks.* set precision to float64, or"),
        ({"optimisers": ["adam", "newton"]}, "/optimisers/1", "newton computes in float64"),
        ({"optimisers": ["lbfgs"]}, "/optimisers/0", "set precision to float64"),
    ],
)
def test_what_cannot_be_run_in_it_says_so(fields: dict[str, Any], pointer: str, says: str) -> None:
    with pytest.raises(SpecError, match=says) as caught:
        whole(spec(**fields))
    assert caught.value.pointer == pointer
