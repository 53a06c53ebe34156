"""Implicit regularisers along a run: when a watcher would stop, and noise that slicing does not change."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.core.errors import SpecError
from app.experiments.build import build_objective
from app.experiments.events import Event
from app.experiments.jobs.run import collect_run
from app.experiments.run import advance, simulate
from app.experiments.specs import RunSpec
from app.objectives.network import Network
from tests.experiments.wire_bytes import comparable

OVERFITS: dict[str, Any] = {
    "kind": "network",
    "layers": [{"units": 12, "activation": "tanh"}],
    "data": {"kind": "sine", "n": 12, "noise": 0.4},
}


def spec(**fields: Any) -> RunSpec:
    return RunSpec.model_validate(
        {
            "objective": OVERFITS,
            "optimisers": [{"kind": "adam", "learning_rate": 0.03}],
            "steps": 400,
            "record": {"every": 10, "parameters": True},
            **fields,
        }
    )


def events(of: RunSpec, budget: float) -> list[Event]:
    found, state, done = [], None, False
    while not done:
        state, some, done = advance(of, state, budget)
        found += some
    return found


def test_the_watcher_stops_after_so_many_measurements_without_improvement() -> None:
    of = spec(early_stopping={"every": 10, "patience": 4})
    found = list(simulate(of))
    run = collect_run(found)["runs"][0]
    network = build_objective(of.objective)
    assert isinstance(network, Network) and network.test is not None
    losses = network.test.unpenalised().value(np.asarray(run["parameters"]))
    best = next(
        i
        for i in range(len(losses))
        if (losses[i + 1 : i + 5] >= losses[i]).all() and losses[i] <= losses[: i + 1].min()
    )
    (stop,) = (event.data for event in found if event.kind == "early_stop")
    assert stop == {"run": 0, "step": 10 * (best + 4), "best_step": 10 * best, "loss": losses[best]}
    ending = run["summary"]["early_stop"]
    assert (ending["step"], ending["best_step"]) == (stop["step"], stop["best_step"])
    np.testing.assert_array_equal(ending["parameters"], run["parameters"][best])
    assert losses[-1] > losses[best]
    assert run["step"][-1] == 400


def test_without_a_watcher_nothing_is_said_and_with_endless_patience_nothing_stops() -> None:
    assert collect_run(list(simulate(spec())))["runs"][0]["summary"]["early_stop"] is None
    patient = list(simulate(spec(early_stopping={"every": 50, "patience": 1000})))
    assert not [event for event in patient if event.kind == "early_stop"]
    assert collect_run(patient)["runs"][0]["summary"]["early_stop"]["step"] is None


@pytest.mark.parametrize("batch", [None, 5])
def test_noise_and_watching_do_not_show_how_a_run_was_sliced(batch: int | None) -> None:
    of = spec(
        noise={"dropout": 0.3, "inputs": 0.1}, early_stopping={"every": 7, "patience": 2}, batch_size=batch, steps=60
    )
    assert comparable(events(of, 0.0)) == comparable(events(of, 60.0))


def test_noise_changes_the_path_and_what_steps_see_but_not_the_objective_that_is_shown() -> None:
    clean, noisy = (
        collect_run(list(simulate(spec(noise=noise, steps=40))))["runs"][0] for noise in (None, {"dropout": 0.5})
    )
    assert clean["loss"][0] == noisy["loss"][0] and clean["loss"][-1] != noisy["loss"][-1]
    assert "batch_loss" not in clean and noisy["batch_loss"][0] != noisy["loss"][0]


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"objective": {"kind": "rosenbrock"}, "noise": {"inputs": 1}}, "/noise"),
        ({"objective": {"kind": "rosenbrock"}, "early_stopping": {}}, "/early_stopping"),
        ({"objective": OVERFITS | {"layers": []}, "noise": {"dropout": 0.5}}, "/noise/dropout"),
        (
            {"objective": OVERFITS | {"data": {"kind": "diabetes", "held_out": 0}}, "early_stopping": {}},
            "/early_stopping",
        ),
    ],
)
def test_what_nothing_can_be_disturbed_or_watched_by_is_refused(fields: dict[str, Any], pointer: str) -> None:
    with pytest.raises(SpecError) as refused:
        list(simulate(spec(**fields)))
    assert refused.value.pointer == pointer
