"""A run is a pure function of its spec, and its frames are the objective at the optimiser's own parameters."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

from app.core.errors import SpecError
from app.experiments.build import build_objective
from app.experiments.events import Event
from app.experiments.jobs.run import collect_run
from app.experiments.run import advance, simulate
from app.experiments.specs import RunSpec
from tests.experiments.wire_bytes import comparable

ROSENBROCK: dict[str, Any] = {"kind": "rosenbrock"}
MOONS: dict[str, Any] = {
    "kind": "network",
    "layers": [{"units": 4, "activation": "tanh"}, {"units": 3, "activation": "sigmoid"}],
    "data": {"kind": "moons", "n": 60},
    "regularisers": [{"kind": "l2", "strength": 0.01}],
}


def spec(**fields: Any) -> RunSpec:
    given = {"objective": ROSENBROCK, "optimisers": [{"kind": "adam", "learning_rate": 0.05}], "steps": 40} | fields
    return RunSpec.model_validate(given)


def sliced(run: RunSpec, budget: float) -> list[Event]:
    """All events, the state pickled between slices as it is between processes."""
    events: list[Event] = []
    state, done = None, False
    while not done:
        state, some, done = advance(run, pickle.loads(pickle.dumps(state)), budget)
        events += some
    return events


def whole(run: RunSpec) -> dict[str, Any]:
    return collect_run(list(simulate(run)))


@pytest.mark.parametrize(
    ("objective", "batch_size"),
    [(ROSENBROCK, None), (MOONS, None), (MOONS, 8)],
    ids=["surface", "network", "network in batches"],
)
def test_slicing_never_shows_in_the_events(objective: dict[str, Any], batch_size: int | None) -> None:
    racers = [
        {"kind": "gradient_descent", "learning_rate": 1e-3},
        {"kind": "sgd", "learning_rate": 1e-3, "gradient_noise": 0.1},
    ]
    run = spec(objective=objective, optimisers=racers, batch_size=batch_size, steps=100)
    assert comparable(sliced(run, 0.0)) == comparable(sliced(run, 10.0))


def test_there_are_steps_plus_one_frames_and_the_first_is_the_start() -> None:
    reply = whole(spec(start=[-1.5, 2.0]))
    run = reply["runs"][0]
    assert run["step"].tolist() == list(range(41))
    assert run["position"][0].tolist() == [-1.5, 2.0]
    assert run["position"][-1].tolist() == run["final"].tolist()


@pytest.mark.parametrize("objective", [ROSENBROCK, MOONS], ids=["surface", "network"])
def test_every_frame_is_the_objective_at_its_parameters(objective: dict[str, Any]) -> None:
    run = spec(objective=objective, record={"parameters": True})
    frames = whole(run)["runs"][0]
    value, gradient = build_objective(run.objective).value_and_gradient(frames["parameters"])
    np.testing.assert_allclose(frames["loss"], value, rtol=1e-13)
    np.testing.assert_allclose(frames["gradient_norm"], np.linalg.norm(gradient, axis=-1), rtol=1e-12)


def test_gradient_descent_moves_against_the_gradient_it_shows() -> None:
    frames = whole(spec(optimisers=[{"kind": "gradient_descent", "learning_rate": 1e-3}]))["runs"][0]
    np.testing.assert_allclose(np.diff(frames["position"], axis=0), -1e-3 * frames["gradient"][:-1], atol=1e-15)


def test_recording_every_nth_step_keeps_those_and_the_last() -> None:
    every = whole(spec(record={"every": 7}))["runs"][0]
    full = whole(spec())["runs"][0]
    assert every["step"].tolist() == [0, 7, 14, 21, 28, 35, 40]
    np.testing.assert_array_equal(every["loss"], full["loss"][every["step"]])


@pytest.mark.parametrize("fields", [{"batch_size": 8}, {"noise": {"dropout": 0.2}}], ids=["batches", "noise"])
def test_what_is_recorded_now_and_then_is_what_it_is_in_a_record_of_every_step(fields: dict[str, Any]) -> None:
    now, full = (whole(spec(objective=MOONS, record={"every": n}, **fields))["runs"][0] for n in (7, 1))
    for column in ("loss", "gradient_norm", "batch_loss", "slice_loss"):
        some, every = (np.asarray(getattr(run[column], "array", run[column])) for run in (now, full))
        np.testing.assert_allclose(some, every[now["step"]], rtol=1e-13)
    assert now["loss"].min() >= now["summary"]["best_loss"] >= full["summary"]["best_loss"]
    assert now["final"].tolist() == full["final"].tolist()


def test_batches_that_run_away_between_two_records_end_the_run_at_that_step() -> None:
    wild = {"kind": "sgd", "learning_rate": 1e5, "batch_size": 8}
    objective = MOONS | {"loss": {"kind": "squared_error"}, "layers": [], "regularisers": []}
    now, full = (
        whole(spec(objective=objective, optimisers=[wild], steps=100, record={"every": n}))["runs"][0] for n in (50, 1)
    )
    assert now["diverged"]["step"] == full["diverged"]["step"] % 50 != 0
    assert now["summary"]["loss"] == pytest.approx(full["loss"][-1], rel=1e-13)


def test_mini_batches_show_the_loss_of_all_examples_beside_the_batch() -> None:
    run = spec(objective=MOONS, batch_size=8, record={"parameters": True})
    frames = whole(run)["runs"][0]
    np.testing.assert_allclose(frames["loss"], build_objective(run.objective).value(frames["parameters"]), rtol=1e-13)
    assert np.abs(frames["batch_loss"] - frames["loss"]).max() > 1e-3


def test_sgd_takes_its_own_batch_size_and_all_examples_when_there_are_fewer() -> None:
    own = whole(spec(objective=MOONS, optimisers=[{"kind": "sgd", "batch_size": 8}]))["runs"][0]
    shared = whole(
        spec(
            objective=MOONS,
            optimisers=[{"kind": "gradient_descent", "learning_rate": own["learning_rate"][0].item()}],
            batch_size=8,
        )
    )["runs"][0]
    assert "batch_loss" in own and "batch_loss" in shared
    few = whole(spec(objective=MOONS, optimisers=[{"kind": "sgd", "batch_size": 1000}]))["runs"][0]
    assert "batch_loss" not in few


def test_a_network_is_seen_in_a_plane_that_says_what_it_leaves_out() -> None:
    run = spec(objective=MOONS, record={"parameters": True})
    frames = whole(run)["runs"][0]
    assert frames["position"][0].tolist() == [0.0, 0.0]
    assert frames["captured"][0] == 1.0
    assert np.all((frames["captured"] >= 0) & (frames["captured"] <= 1 + 1e-12))
    assert frames["slice_loss"][0] == pytest.approx(frames["loss"][0], rel=1e-12)
    assert set(frames["layers"]) == {"hidden 1", "hidden 2", "output"}


def test_a_point_of_the_plane_starts_a_network_there() -> None:
    view = {"plane": {"kind": "weights", "x": 0, "y": 3}}
    centre = whole(spec(objective=MOONS, view=view))
    moved = whole(spec(objective=MOONS, view=view, start={"point": [0.5, -0.25]}))
    assert moved["start"][[0, 3]].tolist() == [0.5, -0.25]
    assert np.flatnonzero(moved["start"] != centre["start"]).tolist() == [0, 3]
    np.testing.assert_allclose(moved["runs"][0]["position"][0], [0.5, -0.25], atol=1e-12)


def test_a_diverging_run_names_the_step_and_its_suggestion_holds() -> None:
    wild = whole(spec(optimisers=[{"kind": "gradient_descent", "learning_rate": 0.1}], steps=300))["runs"][0]
    diverged = wild["diverged"]
    assert diverged["reason"] == "overshoot" and 0 < diverged["step"] < 300
    assert wild["step"][-1] == diverged["step"] - 1
    assert np.isfinite(wild["loss"]).all()
    assert diverged["sharpness_times_learning_rate"] > 2
    assert "λmax = 1,510 is above 20" in diverged["message"]
    calm = {"kind": "gradient_descent", "learning_rate": diverged["suggested_learning_rate"]}
    assert whole(spec(optimisers=[calm], steps=300))["runs"][0]["diverged"] is None


def test_a_loss_without_a_floor_gets_no_suggestion() -> None:
    run = spec(
        objective={"kind": "saddle"},
        start=[0.1, 0.1],
        optimisers=[{"kind": "gradient_descent", "learning_rate": 0.4}],
        steps=500,
    )
    diverged = whole(run)["runs"][0]["diverged"]
    assert diverged["reason"] == "unbounded below" and diverged["suggested_learning_rate"] is None


def test_one_diverging_racer_leaves_the_others_running() -> None:
    racers = [{"kind": "gradient_descent", "learning_rate": 1.0}, {"kind": "gradient_descent", "learning_rate": 1e-3}]
    runs = whole(spec(optimisers=racers, steps=50))["runs"]
    assert runs[0]["diverged"] and not runs[1]["diverged"] and len(runs[1]["step"]) == 51


def test_a_hole_ends_the_run_as_an_event() -> None:
    run = spec(objective={"kind": "formula", "expression": "log(x) + y^2"}, start=[-1.0, 1.0])
    events = list(simulate(run))
    assert [event.kind for event in events] == ["started", "diverged", "finished"]
    (summary,) = events[-1].data["runs"]
    assert summary["diverged"]["step"] == 0 and summary["loss"] is None and summary["final"] is None


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"batch_size": 4}, "/batch_size"),
        ({"objective": MOONS, "batch_size": 61}, "/batch_size"),
        ({"start": [1.0, 2.0, 3.0]}, "/start/parameters"),
        ({"objective": MOONS, "start": [1.0]}, "/start/parameters"),
        ({"start": {"initialiser": {"kind": "zeros"}}}, "/start"),
        ({"objective": MOONS, "view": {"plane": {"kind": "pca"}}}, "/view/plane"),
        ({"objective": MOONS, "view": {"plane": {"kind": "weights", "x": 0, "y": 10_000}}}, "/view/plane/y"),
    ],
)
def test_what_cannot_be_run_says_where_and_why(fields: dict[str, Any], pointer: str) -> None:
    with pytest.raises(SpecError) as caught:
        whole(spec(**fields))
    assert caught.value.pointer == pointer


def test_a_landscape_travels_with_the_run_when_asked_for() -> None:
    events = list(simulate(spec(view={"resolution": [65, 65]})))
    grids = [event.data for event in events if event.kind == "landscape"]
    assert [grid["level"] for grid in grids] == ["coarse", "fine"]
    assert grids[-1]["loss"].array.shape == (65, 65)


def test_a_run_that_cannot_begin_still_has_its_columns() -> None:
    run = whole(spec(objective={"kind": "ackley"}, start=[0.0, 0.0]))["runs"][0]
    assert run["diverged"]["reason"] == "start" and run["diverged"]["suggested_learning_rate"] is None
    assert "choose another start" in run["diverged"]["message"]
    assert [len(run[name]) for name in ("step", "position", "loss", "gradient_norm")] == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("objective", "optimiser"),
    [
        ("rosenbrock", {"kind": "adam", "learning_rate": 1e6}),
        ("beale", {"kind": "adam", "learning_rate": 1e6}),
        ("goldstein_price", {"kind": "adam", "learning_rate": 1e6}),
        ("rastrigin", {"kind": "gradient_descent", "learning_rate": 2.0}),
        ("styblinski_tang", {"kind": "heavy_ball", "learning_rate": 10.0}),
    ],
)
def test_a_suggested_learning_rate_descends(objective: str, optimiser: dict[str, Any]) -> None:
    wild = whole(spec(objective=objective, optimisers=[optimiser], steps=300))["runs"][0]["diverged"]
    calm = [optimiser | {"learning_rate": wild["suggested_learning_rate"]}]
    run = whole(spec(objective=objective, optimisers=calm, steps=300))["runs"][0]
    assert run["diverged"] is None and run["loss"][-1] <= run["loss"][0]


def test_a_saddle_is_unbounded_however_wild_the_rate() -> None:
    for rate in (0.4, 2.0, 100.0):
        racer = {"kind": "gradient_descent", "learning_rate": rate}
        run = spec(objective={"kind": "saddle"}, start=[0.1, 0.1], optimisers=[racer], steps=500)
        assert whole(run)["runs"][0]["diverged"]["suggested_learning_rate"] is None


@pytest.mark.parametrize("objective", ["quadratic", "ravine", "rosenbrock"])
@pytest.mark.parametrize("kind", ["lbfgs", "newton", "saddle_free_newton"])
def test_a_method_that_has_arrived_stays(objective: str, kind: str) -> None:
    racer = {"kind": kind} | ({"line_search": True} if kind == "newton" else {})
    run = whole(spec(objective=objective, optimisers=[racer], steps=300))["runs"][0]
    assert run["diverged"] is None and run["loss"][-1] < 1e-20
