"""Curvature along a run: true eigenvalues at the steps that were asked for, beside the optimiser's own threshold."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from app.core.errors import SpecError
from app.experiments.build import build_objective
from app.experiments.costs import run_cost
from app.experiments.events import Event
from app.experiments.jobs.run import collect_run
from app.experiments.run import advance, simulate
from app.experiments.specs import RunSpec
from tests.experiments.wire_bytes import comparable

SMALL: dict[str, Any] = {
    "kind": "network",
    "layers": [{"units": 4, "activation": "tanh"}],
    "data": {"kind": "moons", "n": 30},
}
LARGER: dict[str, Any] = SMALL | {"layers": [{"units": 8, "activation": "tanh"}] * 2}
WIDE: dict[str, Any] = SMALL | {"layers": [{"units": 30, "activation": "tanh"}] * 2}
CHEBYSHEV: dict[str, Any] = {
    "kind": "network",
    "layers": [{"units": 20, "activation": "tanh"}] * 2,
    "data": {"kind": "chebyshev"},
    "loss": {"kind": "squared_error", "half": True},
    "initialiser": {"kind": "lecun_normal"},
}
RACERS = [
    {"kind": "gradient_descent", "learning_rate": 0.05},
    {"kind": "heavy_ball", "learning_rate": 0.05, "momentum": 0.5},
    {"kind": "nesterov", "learning_rate": 0.05, "momentum": 0.5},
    {"kind": "adam", "learning_rate": 0.01},
    {"kind": "rmsprop", "learning_rate": 0.01},
    {"kind": "adagrad", "learning_rate": 0.01},
    {"kind": "lion", "learning_rate": 0.01},
]
THRESHOLDS = [2 / 0.05, 3 / 0.05, 1.5 / 0.05, 38 / 0.01, 2 / 0.01, 2 / 0.01, None]


def spec(curvature: dict[str, Any], **fields: Any) -> RunSpec:
    record = {"parameters": True, "curvature": curvature}
    given = {"objective": SMALL, "optimisers": RACERS, "steps": 30, "record": record} | fields
    return RunSpec.model_validate(given)


def sliced(run: RunSpec, budget: float) -> list[Event]:
    """All events, the state pickled between slices as it is between processes."""
    events: list[Event] = []
    state, done = None, False
    while not done:
        state, some, done = advance(run, pickle.loads(pickle.dumps(state)), budget)
        events += some
    return events


def runs(run: RunSpec) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = collect_run(list(simulate(run)))["runs"]
    return found


@pytest.mark.parametrize("objective", [SMALL, LARGER], ids=["exact", "lanczos"])
@pytest.mark.parametrize("batch_size", [None, 8])
def test_slicing_never_shows_in_the_events(objective: dict[str, Any], batch_size: int | None) -> None:
    run = spec({"every": 3, "top": 2, "bottom": 1}, objective=objective, batch_size=batch_size)
    assert comparable(sliced(run, 0.0)) == comparable(sliced(run, 10.0))


@pytest.mark.parametrize("objective", [SMALL, LARGER], ids=["exact", "lanczos"])
def test_every_event_holds_eigenvalues_of_the_hessian_at_its_step(objective: dict[str, Any]) -> None:
    run = spec({"every": 7, "top": 2, "bottom": 2}, objective=objective)
    whole = build_objective(run.objective)
    for found in runs(run):
        assert [event["step"] for event in found["curvature"]] == [0, 7, 14, 21, 28]
        for event in found["curvature"]:
            known = np.linalg.eigvalsh(whole.hessian(found["parameters"][event["step"]]))[::-1]
            np.testing.assert_allclose(event["eigenvalues"], np.r_[known[:2], known[-2:]], atol=1e-6 * known[0])
            assert event["residuals"].max() <= 1e-5 * known[0] and event["unconverged"] == 0


def test_the_threshold_is_the_optimisers_own() -> None:
    for found, expected in zip(runs(spec({"every": 10})), THRESHOLDS, strict=True):
        adaptive = found["optimiser"] in ("adam", "rmsprop", "adagrad")
        kind = "preconditioned_hessian" if adaptive else "hessian"
        for event in found["curvature"]:
            assert event["threshold"] == (None if expected is None else pytest.approx(expected, rel=1e-12))
            assert event["threshold_kind"] == (None if expected is None else kind)
            assert ("preconditioned_eigenvalues" in event) == adaptive


def test_the_threshold_follows_the_schedule() -> None:
    scheduled = {"kind": "gradient_descent", "learning_rate": 0.1, "schedule": {"kind": "cosine"}}
    (found,) = runs(spec({"every": 5}, optimisers=[scheduled]))
    for event in found["curvature"]:
        rate = found["learning_rate"][event["step"]]
        assert event["threshold"] == pytest.approx(2 / rate, rel=1e-12)


@pytest.mark.parametrize(
    ("schedule", "none"),
    [
        ({"kind": "cosine", "steps": 40}, lambda step: step >= 40),
        ({"kind": "warm_up", "start": 0, "steps": 10}, lambda step: step == 0),
        ({"kind": "exponential", "rate": 1e-4}, lambda step: step >= 77),
        ({"kind": "step", "every": 1, "drop": 1e-4}, lambda step: step >= 77),
        ({"kind": "inverse_time"}, lambda step: False),
    ],
)
def test_a_step_of_no_length_has_no_threshold(schedule: dict[str, Any], none: Callable[[int], bool]) -> None:
    racers = [one | {"schedule": schedule} for one in RACERS[:-1]]
    run = spec({"every": 7}, objective={"kind": "quadratic"}, optimisers=racers, steps=110)
    for found in runs(run):
        for event in found["curvature"]:
            assert (event["threshold"] is None) == none(event["step"])
            assert (event["threshold_kind"] is None) == none(event["step"])
            assert event["threshold"] is None or np.isfinite(event["threshold"])


@pytest.mark.parametrize("objective", [SMALL, LARGER], ids=["exact", "lanczos"])
def test_adagrads_preconditioned_eigenvalues_follow_from_its_gradients(objective: dict[str, Any]) -> None:
    run = spec({"every": 6, "top": 2}, objective=objective, optimisers=[{"kind": "adagrad", "learning_rate": 0.02}])
    (found,) = runs(run)
    whole = build_objective(run.objective)
    squares = np.cumsum(whole.value_and_gradient(found["parameters"])[1] ** 2, axis=0)
    for event in found["curvature"]:
        theta, P = found["parameters"][event["step"]], np.sqrt(squares[event["step"]]) + 1e-10
        known = np.sort(np.linalg.eigvals(whole.hessian(theta) / P[:, None]).real)[::-1]
        np.testing.assert_allclose(event["preconditioned_eigenvalues"], known[:2], rtol=1e-5)


def test_measuring_changes_nothing_that_is_measured() -> None:
    plain = runs(spec({"every": 1}, record={"parameters": True}))
    for with_curvature, without in zip(runs(spec({"every": 4, "top": 1})), plain, strict=True):
        assert with_curvature["parameters"].tobytes() == without["parameters"].tobytes()
        assert "curvature" not in without


def test_a_cut_run_measures_up_to_its_last_frame() -> None:
    wild = {"kind": "gradient_descent", "learning_rate": 0.5}
    (found,) = runs(spec({"every": 1}, objective={"kind": "rosenbrock"}, optimisers=[wild]))
    assert found["diverged"] and found["curvature"][-1]["step"] == found["step"][-1]


def test_a_hessian_that_is_not_finite_leaves_its_eigenvalues_out() -> None:
    kinked = {"kind": "formula", "expression": "x^2 + y^1.5"}
    still = {"kind": "gradient_descent", "learning_rate": 0.1}
    (found,) = runs(spec({"every": 1, "top": 2}, objective=kinked, optimisers=[still], start=[1.0, 0.0], steps=2))
    assert [event["step"] for event in found["curvature"]] == [0, 1, 2]
    for event in found["curvature"]:
        assert event["eigenvalues"].size == 0 and event["unconverged"] == 2


def test_gradient_descent_settles_at_the_edge_of_stability() -> None:
    racer = {"kind": "gradient_descent", "learning_rate": 0.3}
    record = {"every": 50, "curvature": {"every": 50, "top": 1}}
    (found,) = runs(spec({}, objective=CHEBYSHEV, optimisers=[racer], steps=1200, record=record))
    late = [event["eigenvalues"][0] / event["threshold"] for event in found["curvature"] if event["step"] >= 600]
    assert 0.85 <= np.median(late) <= 1.2


def test_measuring_costs_and_is_counted() -> None:
    costs = [run_cost(spec(c, objective=LARGER)).seconds for c in ({"every": 10}, {"every": 1}, {"every": 1, "top": 9})]
    assert costs == sorted(costs) and run_cost(spec({}, record={}, objective=LARGER)).seconds < costs[0]


@pytest.mark.parametrize(("fields", "end"), [({"top": 3}, "top"), ({"top": 1, "bottom": 3}, "bottom")])
def test_more_eigenvalues_than_parameters_are_refused(fields: dict[str, int], end: str) -> None:
    with pytest.raises(SpecError, match="3 eigenvalues must be at most 2") as caught:
        runs(spec(fields, objective={"kind": "booth"}))
    assert caught.value.pointer == f"/record/curvature/{end}"


@pytest.mark.parametrize("objective", [SMALL, {"kind": "himmelblau"}], ids=["network", "surface"])
def test_the_diagonal_stands_beside_the_preconditioner_that_divided_the_step(objective: dict[str, Any]) -> None:
    run = spec({"every": 5, "top": 0, "diagonal": True}, objective=objective, optimisers=RACERS)
    whole = build_objective(run.objective)
    for found in runs(run):
        adaptive = found["optimiser"] in ("adam", "rmsprop", "adagrad")
        for event in found["curvature"]:
            diagonal = np.diagonal(whole.hessian(found["parameters"][event["step"]]))
            np.testing.assert_allclose(event["hessian_diagonal"], diagonal, rtol=1e-10, atol=1e-12)
            assert event["coordinates"] is None and (event["preconditioner"] is not None) == adaptive
            assert (event["correlation"] is not None) == adaptive
            if found["optimiser"] == "adagrad":
                gradients = whole.value_and_gradient(found["parameters"][: event["step"] + 1])[1]
                expected = np.sqrt((gradients**2).sum(axis=0)) + 1e-10
                np.testing.assert_allclose(event["preconditioner"], expected, rtol=1e-10)


def test_a_large_network_sends_a_fixed_sample_of_its_diagonal_and_correlates_all_of_it() -> None:
    run = spec({"every": 2, "diagonal": True}, objective=WIDE, optimisers=[{"kind": "adagrad"}], steps=2)
    (found,) = runs(run)
    first, second = found["curvature"]
    whole = build_objective(run.objective)
    assert len(first["coordinates"]) == 1_000 == len(set(first["coordinates"])) == len(first["hessian_diagonal"])
    np.testing.assert_array_equal(first["coordinates"], second["coordinates"])
    diagonal = np.diagonal(whole.hessian(found["parameters"][0]))
    np.testing.assert_allclose(first["hessian_diagonal"], diagonal[first["coordinates"]], rtol=1e-9, atol=1e-12)
    assert first["correlation"]["coordinates"] == np.count_nonzero(diagonal) > 1_000


def test_a_diagonal_that_is_not_finite_is_null() -> None:
    kinked = {"kind": "formula", "expression": "x^2 + y^1.5"}
    asked = {"every": 1, "top": 0, "diagonal": True}
    (found,) = runs(spec(asked, objective=kinked, optimisers=[{"kind": "adagrad"}], start=[1.0, 0.0], steps=1))
    assert found["curvature"][0]["hessian_diagonal"] is None and found["curvature"][0]["correlation"] is None
