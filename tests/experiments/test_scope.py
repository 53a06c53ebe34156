"""Frames in the scope of batches are what the steps saw, and cost no further look."""

from __future__ import annotations

import math
import pickle
from typing import Any

import numpy as np
import pytest

from app.core.errors import SpecError
from app.core.interfaces import Array
from app.experiments.build import build_objective
from app.experiments.costs import run_cost
from app.experiments.events import Event
from app.experiments.jobs import JOBS
from app.experiments.jobs.run import collect_run
from app.experiments.run import advance, simulate
from app.experiments.specs import RunSpec
from app.objectives.minibatch import MiniBatch
from app.objectives.network import Network
from tests.experiments.wire_bytes import comparable

NETWORK: dict[str, Any] = {
    "kind": "network",
    "layers": [{"units": 4, "activation": "tanh"}, {"units": 3, "activation": "sigmoid"}],
    "data": {"kind": "moons", "n": 60},
    "regularisers": [{"kind": "l2", "strength": 0.01}],
    "direct": True,
}
STEPS, SIZE, SEED = 50, 8, 3
ADAM = {"kind": "adam", "learning_rate": 0.05}
WAYS: dict[str, dict[str, Any]] = {
    "in the network's buffers": {},
    "in single precision": {"precision": "float32"},
    "step by step": {"optimisers": [{"kind": "levenberg_marquardt"}]},
    "with a noisy gradient": {"optimisers": [{"kind": "sgd", "batch_size": SIZE, "gradient_noise": 0.1}]},
    "by line searches": {"optimisers": [{"kind": "lbfgs"}]},
}
every_way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)


def spec(scope: str = "batch", record: dict[str, Any] | None = None, **fields: Any) -> RunSpec:
    given = {"objective": NETWORK, "optimisers": [ADAM], "steps": STEPS, "seed": SEED, "batch_size": SIZE}
    given |= {"record": {"scope": scope, "parameters": True} | (record or {})}
    return RunSpec.model_validate(given | fields)


def network(run: RunSpec) -> Network:
    built = build_objective(run.objective)
    assert isinstance(built, Network)
    return built


def only(run: RunSpec) -> dict[str, Any]:
    """The only racer's columns."""
    (racer,) = collect_run(list(simulate(run)))["runs"]
    found: dict[str, Any] = racer
    return found


def norms(racer: dict[str, Any], name: str) -> Array:
    return np.stack(
        [layer[name].array if hasattr(layer[name], "array") else layer[name] for layer in racer["layers"].values()],
        axis=1,
    )


@every_way
def test_every_frame_is_the_batch_at_its_parameters(way: dict[str, Any]) -> None:
    run = spec(**way)
    racer, batches = only(run), MiniBatch(network(run), SIZE)
    tolerance = {"rtol": 1e-4, "atol": 1e-5} if run.precision == "float32" else {"rtol": 1e-9, "atol": 1e-12}
    assert racer["step"].tolist() == list(range(STEPS + 1))
    for step, theta in enumerate(racer["parameters"]):
        value, gradient, of_layers, delta_norm = batches.at(step, SEED).layer_norms(theta)
        np.testing.assert_allclose(racer["loss"][step], value, **tolerance)
        np.testing.assert_allclose(racer["gradient_norm"][step], np.linalg.norm(gradient), **tolerance)
        np.testing.assert_allclose(norms(racer, "gradient_norm")[step], of_layers, **tolerance)
        np.testing.assert_allclose(norms(racer, "delta_norm")[step], delta_norm, **tolerance)


@pytest.mark.parametrize("noise", [{"dropout": 0.3}, {"inputs": 0.2}, {"dropout": 0.3, "inputs": 0.2}])
@pytest.mark.parametrize("batch_size", [None, SIZE])
def test_with_noise_it_is_the_disturbed_network_that_is_told_of(noise: dict[str, Any], batch_size: int | None) -> None:
    run = spec(noise=noise, batch_size=batch_size, steps=12)
    racer, net = only(run), network(run)
    for step, theta in enumerate(racer["parameters"]):
        clean = MiniBatch(net, SIZE).at(step, SEED) if batch_size else net
        assert isinstance(clean, Network) and run.noise is not None
        value, _, of_layers, _ = clean.disturbed(run.noise, SEED, step).layer_norms(theta)
        np.testing.assert_allclose(racer["loss"][step], value, rtol=1e-9)
        np.testing.assert_allclose(norms(racer, "gradient_norm")[step], of_layers, rtol=1e-8, atol=1e-12)


@every_way
def test_the_scope_changes_what_is_told_and_not_what_is_done(way: dict[str, Any]) -> None:
    told, whole = only(spec(**way)), only(spec("objective", **way))
    assert told["parameters"].tobytes() == whole["parameters"].tobytes()
    np.testing.assert_allclose(told["loss"], whole["batch_loss"], rtol=1e-12)
    assert whole.keys() - told.keys() == {"batch_loss", "slice_loss"}


@pytest.mark.parametrize("optimiser", [ADAM, {"kind": "newton"}], ids=lambda one: one["kind"])
def test_a_batch_of_all_examples_is_the_objective(optimiser: dict[str, Any]) -> None:
    fields: dict[str, Any] = {"optimisers": [optimiser], "batch_size": None}
    told, whole = only(spec(**fields)), only(spec("objective", **fields))
    del whole["slice_loss"]
    assert comparable([Event("run", told)]) == comparable([Event("run", whole)])


@every_way
def test_slicing_never_shows(way: dict[str, Any]) -> None:
    def sliced(budget: float) -> list[Event]:
        events: list[Event] = []
        state, done = None, False
        while not done:
            state, some, done = advance(spec(**way), pickle.loads(pickle.dumps(state)), budget)
            events += some
        return events

    assert comparable(sliced(0.0)) == comparable(sliced(10.0))


def test_all_examples_are_looked_at_once_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[Array] = []
    along = Network.along
    monkeypatch.setattr(Network, "along", lambda self, theta: looks.append(theta) or along(self, theta))
    monkeypatch.setattr(Network, "value_on_slice", lambda *_: pytest.fail("a place in the plane was looked at"))
    racer = only(spec())
    ((theta,),) = looks
    assert np.array_equal(theta, racer["final"])


@every_way
def test_the_summary_is_of_the_whole_objective(way: dict[str, Any]) -> None:
    run = spec(**way)
    racer = only(run)
    value, gradient = network(run).value_and_gradient(racer["final"])
    summary = racer["summary"]
    tolerance = 1e-5 if run.precision == "float32" else 1e-12
    np.testing.assert_allclose([summary["loss"], summary["best_loss"]], value, rtol=tolerance)
    np.testing.assert_allclose(summary["gradient_norm"], np.linalg.norm(gradient), rtol=tolerance)
    assert summary["best_step"] == STEPS


def test_every_nth_frame_is_what_it_is_among_all_of_them() -> None:
    all_of_them, some = only(spec()), only(spec(record={"every": 7}))
    kept = [*range(0, STEPS, 7), STEPS]
    assert some["step"].tolist() == kept
    for name in ("loss", "parameters"):
        assert np.array_equal(some[name], all_of_them[name][kept])
    assert np.array_equal(norms(some, "delta_norm"), norms(all_of_them, "delta_norm")[kept])


def test_a_batch_that_runs_away_ends_the_run_with_a_look_at_all_examples() -> None:
    loss = {"loss": {"kind": "squared_error"}, "data": {"kind": "sine", "n": 40}}
    run = spec(objective=NETWORK | loss, optimisers=[{"kind": "gradient_descent", "learning_rate": 1e3}])
    racer = only(run)
    cut, summary = racer["diverged"], racer["summary"]
    assert cut["step"] == len(racer["step"]) > 1 and summary["steps"] == cut["step"] - 1
    np.testing.assert_allclose(summary["loss"], network(run).value(racer["parameters"][-1]), rtol=1e-9)
    assert (summary["best_loss"], summary["best_step"]) == (summary["loss"], cut["step"] - 1)  # the only one known


def test_the_path_of_a_plane_tells_of_all_examples_in_any_scope() -> None:
    def path(scope: str) -> Any:
        run = spec(scope).model_dump(mode="json")
        given = {"objective": run["objective"], "plane": {"kind": "pca"}, "run": run, "resolution": [5, 5]}
        job = JOBS["landscape"]
        events = job.advance(job.spec.model_validate(given), None, math.inf).events
        return job.collect(events)["paths"]

    assert comparable([Event("paths", {"paths": path("batch")})]) == comparable(
        [Event("paths", {"paths": path("objective")})]
    )


def test_it_is_cheaper() -> None:
    digits = {"objective": NETWORK | {"data": {"kind": "digits"}}, "batch_size": 32}
    assert run_cost(spec(**digits)).seconds < run_cost(spec("objective", **digits)).seconds / 5
    whole = digits | {"batch_size": None}
    assert run_cost(spec(**whole)).seconds < run_cost(spec("objective", **whole)).seconds


def test_a_surface_has_no_batches() -> None:
    with pytest.raises(SpecError, match="scope batch needs examples") as refused:
        only(spec(objective={"kind": "rosenbrock"}, batch_size=None))
    assert refused.value.pointer == "/record/scope"
