"""Right samplers are calibrated, broken ones are not, and a calibration is a function of its spec."""

from __future__ import annotations

import json
import pickle
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from app.core.errors import SpecError
from app.core.inference import Sampler
from app.core.spec import catalogue
from app.experiments.calibrations.replication import replicated, simulable
from app.experiments.calibrations.run import advance_calibration, calibration_cost, collect_calibration
from app.experiments.calibrations.specs import CalibrationSpec
from app.serving.wire import document
from app.targets._base import TargetEntry
from tests.experiments.wire_bytes import comparable

COIN: dict[str, Any] = {
    "target": {"kind": "beta_bernoulli", "tosses": 5, "heads": 0, "a": 2.0, "b": 1.0},
    "sampler": {"kind": "hmc"},
    "replications": 200,
    "warm_up": 12,
    "steps": 8,
    "bins": 10,
}
KINDS: dict[str, Any] = catalogue("app.targets", TargetEntry)
every_target = pytest.mark.parametrize("kind", simulable())


def events_of(budget: float = 10.0, **fields: Any) -> list[Any]:
    spec = CalibrationSpec.model_validate(COIN | fields)
    events: list[Any] = []
    state, done = None, False
    while not done:
        state, some, done = advance_calibration(spec, pickle.loads(pickle.dumps(state)), budget)
        events += some
    return events


def reply(**fields: Any) -> dict[str, Any]:
    """The JSON of the whole answer."""
    found: dict[str, Any] = json.loads(document(collect_calibration(events_of(**fields)), "json"))
    return found


@pytest.mark.parametrize("kind", ["hmc", "slice", "mala"])
def test_a_right_sampler_is_calibrated(kind: str) -> None:
    found = reply(sampler={"kind": kind})
    assert found["calibrated"] and found["p_value"] > 0.01
    assert sum(found["parameters"][0]["counts"]) == 200


UNTUNED = {"steps": 3, "tune": False, "tune_scales": False}
CONVICTED = [
    ({"kind": "half_step_slip", "step_size": 1.2, **UNTUNED}, 300),
    ({"kind": "missing_accept", "step_size": 1.5, **UNTUNED}, 300),
    ({"kind": "aliased_momentum", "step_size": 1.2, **UNTUNED}, 400),
    ({"kind": "wrong_ratio", "step_size": 2.0}, 1_500),
    ({"kind": "jittered_laplace"}, 1_500),
]


@pytest.mark.parametrize(("sampler", "replications"), CONVICTED, ids=[s["kind"] for s, _ in CONVICTED])
def test_a_broken_sampler_is_not(sampler: dict[str, Any], replications: int) -> None:
    one_toss = {"kind": "beta_bernoulli", "tosses": 1, "heads": 0}
    found = reply(target=one_toss, sampler=sampler, replications=replications, warm_up=0, steps=15)
    assert not found["calibrated"] and found["p_value"] < 1e-3


def test_every_broken_sampler_is_tried() -> None:
    assert {sampler["kind"] for sampler, _ in CONVICTED} == set(catalogue("app.samplers.broken", Sampler))


@every_target
def test_the_truth_comes_from_the_prior_and_the_data_from_the_truth(kind: str) -> None:
    """E over truth and data of the posterior mean is the prior mean: the law of total expectation."""
    spec = CalibrationSpec.model_validate(COIN | {"target": {"kind": kind}, "draws": 9})
    replications = 150 if KINDS[kind]().build().sample(np.random.default_rng(0), 1) is not None else 25
    away = []
    for number in range(replications):
        replication = replicated(spec, number)
        reference = replication.target.reference()
        assert reference is not None
        away.append(reference.mean - replication.truth)
    mean, error = np.mean(away, axis=0), np.std(away, axis=0) / np.sqrt(replications)
    assert (np.abs(mean) < 4 * error).all() and (error > 0).all()


def test_the_stream_depends_on_the_spec_alone() -> None:
    few = {"replications": 20, "draws": 9, "warm_up": 2, "steps": 2}
    assert comparable(events_of(budget=0.0, **few)) == comparable(events_of(**few))
    assert comparable(events_of(seed=1, **few)) != comparable(events_of(**few))


def test_ranks_arrive_one_by_one_and_make_the_histogram() -> None:
    events = events_of(replications=40, draws=19, bins=4, warm_up=2, steps=2)
    ranks = np.array([event.data["rank"] for event in events if event.kind == "rank"])
    (found,) = (event.data for event in events if event.kind == "calibration")
    np.testing.assert_array_equal(ranks, found["ranks"])
    np.testing.assert_array_equal(found["parameters"][0]["counts"], np.histogram(ranks, bins=range(0, 21, 5))[0])
    so_far = [event.data["expected_range"] for event in events if event.kind == "progress"]
    assert len(so_far) == 40 and so_far[-1] == found["expected_range"]
    assert events[0].kind == "started" and events[-1].kind == "finished"


def test_what_cannot_be_simulated_is_refused_with_what_can() -> None:
    with pytest.raises(SpecError, match="choose one of beta_bernoulli, ") as refusal:
        events_of(target={"kind": "banana"})
    assert refusal.value.pointer == "/target"
    assert set(simulable()) < set(KINDS)


def test_too_few_draws_for_an_ensemble_are_refused_at_their_field() -> None:
    line = {"kind": "linear_regression", "degree": 6}
    with pytest.raises(SpecError, match="must be at least 16") as refusal:
        events_of(target=line, sampler={"kind": "stretch"}, draws=9, bins=5)
    assert refusal.value.pointer == "/draws"


def test_bins_divide_the_ranks() -> None:
    with pytest.raises(ValidationError, match="bins 7 must divide 100"):
        CalibrationSpec.model_validate(COIN | {"bins": 7})


def test_cost_grows_with_replications_draws_and_steps() -> None:
    def seconds(**fields: Any) -> float:
        return calibration_cost(CalibrationSpec.model_validate(COIN | fields)).seconds

    assert seconds(replications=2_000) == pytest.approx(10 * seconds())
    assert seconds(draws=999) > 3 * seconds() and seconds(steps=1_000) > 10 * seconds()
