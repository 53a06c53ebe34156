"""What a run is estimated at, and how it is cut, follows what its steps and its frames take."""

from __future__ import annotations

from typing import Any

import pytest

from app.core.errors import SpecError
from app.core.interfaces import Array
from app.experiments.costs import landscape_cost, run_cost
from app.experiments.run import prepare, simulate
from app.experiments.specs import LandscapeSpec, RunSpec
from app.objectives.network import Found, Network

DIGITS: dict[str, Any] = {
    "kind": "network",
    "layers": [{"units": 32, "activation": "tanh"}],
    "data": {"kind": "digits"},
}
STEPS = 600


def spec(every: int, **fields: Any) -> RunSpec:
    given = {"objective": DIGITS, "optimisers": [{"kind": "adam"}], "steps": STEPS, "record": {"every": every}}
    return RunSpec.model_validate(given | fields)


def seconds(every: int, **fields: Any) -> float:
    return run_cost(spec(every, **fields)).seconds


def test_frames_that_are_not_recorded_are_not_paid_for() -> None:
    assert seconds(100) < 0.8 * seconds(1)  # the loss in the plane is theirs
    assert seconds(100, batch_size=32) < seconds(1, batch_size=32) / 10  # and so is the look at all examples
    surface = {"objective": {"kind": "rosenbrock"}}
    assert seconds(100, **surface) == seconds(1, **surface)  # of which every step is told in any case


def test_all_examples_are_looked_at_little_more_often_than_is_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    along = Network.along

    def counted(self: Network, theta: Array) -> Found:
        looked.append(len(theta))
        return along(self, theta)

    monkeypatch.setattr(Network, "along", counted)
    run = spec(100, batch_size=32)
    assert list(simulate(run))[-1].kind == "finished"
    assert STEPS / 100 + 1 <= sum(looked) <= 3 * (STEPS / 100 + 1)


def test_a_chunk_with_a_look_at_its_end_lasts_no_longer_than_another_or_twice_the_look() -> None:
    large = DIGITS | {"layers": [{"units": 384, "activation": "tanh"}] * 2}
    small_batches, in_large = (
        prepare(spec(100, objective=objective, batch_size=8)).limit for objective in (DIGITS, large)
    )
    assert small_batches > in_large > 1 == prepare(spec(1, objective=large, batch_size=8)).limit


def test_what_is_drawn_or_searched_for_at_each_step_is_paid_for() -> None:
    assert seconds(1, noise={"dropout": 0.2}) > seconds(1)
    assert seconds(1, optimisers=[{"kind": "lbfgs"}]) > seconds(1)


def test_a_path_costs_what_its_own_points_take_however_seldom_its_run_is_recorded() -> None:
    costs = {
        landscape_cost(
            LandscapeSpec.model_validate(
                {"objective": DIGITS, "plane": {"kind": "pca"}, "run": spec(every, batch_size=32).model_dump()}
            )
        ).seconds
        for every in (1, 100)
    }
    assert len(costs) == 1 and costs.pop() > seconds(2, batch_size=32)


def test_whoever_makes_batches_is_advised_to_tell_of_them() -> None:
    own = [{"kind": "adam"}, {"kind": "sgd", "batch_size": 32}]
    assert "record.scope" in run_cost(spec(1, batch_size=32)).advice
    assert "record.scope" in run_cost(spec(1, optimisers=own)).advice
    assert "record.scope" not in run_cost(spec(1)).advice
    assert "record.scope" not in run_cost(spec(1, record={"scope": "batch"}, optimisers=own)).advice


def test_too_many_parameters_for_a_method_are_refused_for_that_and_not_for_what_they_would_cost() -> None:
    with pytest.raises(SpecError, match="2410 parameters must be at most 1000 for Newton") as refused:
        run_cost(spec(1, optimisers=[{"kind": "adam"}, {"kind": "newton"}]))
    assert refused.value.pointer == "/optimisers/1"


def test_small_batches_are_cheaper_than_large_ones() -> None:
    assert seconds(100, batch_size=8) < seconds(100, batch_size=512) < seconds(100)
