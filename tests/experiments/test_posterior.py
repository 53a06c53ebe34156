"""A posterior's stream is a function of its spec; every estimate stands beside the answer; refusals say what to ask."""

from __future__ import annotations

import json
import pickle
from typing import Any

import numpy as np
import pytest

from app.core.errors import SpecError
from app.core.threads import allowing
from app.experiments.events import Event
from app.experiments.posteriors.job import collect_posterior, posterior_cost
from app.experiments.posteriors.run import advance_posterior
from app.experiments.posteriors.specs import PosteriorSpec
from app.serving.wire import document
from tests.experiments.wire_bytes import comparable

BANANA: dict[str, Any] = {
    "target": "banana",
    "methods": [{"kind": "random_walk", "step_size": 1.5}, "trapezoid", "laplace"],
    "chains": 8,
    "draws": 300,
    "warm_up": 50,
    "sheets": [65, 129],
}


def events_of(budget: float = 10.0, **fields: Any) -> list[Event]:
    """All events, the state pickled between slices as it is between processes."""
    spec = PosteriorSpec.model_validate(BANANA | fields)
    events: list[Event] = []
    state, done = None, False
    while not done:
        state, some, done = advance_posterior(spec, pickle.loads(pickle.dumps(state)), budget)
        events += some
    return events


def reply(**fields: Any) -> dict[str, Any]:
    """The JSON of the whole answer."""
    found: dict[str, Any] = json.loads(document(collect_posterior(events_of(**fields)), "json"))
    return found


def of_kind(events: list[Event], kind: str) -> list[dict[str, Any]]:
    return [event.data for event in events if event.kind == kind]


def test_the_stream_does_not_depend_on_the_slices() -> None:
    assert comparable(events_of(budget=0.0)) == comparable(events_of())


@pytest.mark.parametrize(("chains", "draws"), [(200, 700), (800, 70)])
@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_a_crowd_depends_neither_on_slices_nor_on_threads(precision: str, chains: int, draws: int) -> None:
    crowd = {"chains": chains, "draws": draws, "sheets": None, "precision": precision, "record": {"chains": 2}}
    crowd["methods"] = [{"kind": "hmc", "steps": 3}, {"kind": "random_walk", "tune": False, "tune_scales": False}]
    with allowing(1):
        alone = comparable(events_of(**crowd))
    with allowing(2):
        assert comparable(events_of(budget=0.0, **crowd)) == alone


def test_estimates_come_at_powers_of_two_and_at_the_end() -> None:
    crowd = of_kind(events_of(draws=100, methods=["hmc"], chains=1000), "estimate")
    assert [data["step"] for data in crowd] == [1, 2, 4, 8, 16, 32, 64, 100]


@pytest.mark.parametrize("recorded", [{}, {"leapfrog": True}], ids=["in pieces of many", "a path each piece"])
def test_an_estimate_is_that_of_the_draws_before_it_however_many_follow(recorded: dict[str, Any]) -> None:
    def estimates(draws: int) -> list[dict[str, Any]]:
        return of_kind(events_of(draws=draws, methods=["hmc"], sheets=None, record=recorded), "estimate")

    for short, long in zip(estimates(64), estimates(150), strict=False):
        assert comparable([Event("estimate", short)]) == comparable([Event("estimate", long)])


def test_another_seed_gives_other_draws() -> None:
    first, second = (of_kind(events_of(seed=seed), "draws")[0]["position"].array for seed in (0, 1))
    assert not np.array_equal(first, second)


def test_draws_are_the_steps_in_order_and_warm_up_comes_first() -> None:
    draws = of_kind(events_of(), "draws")
    assert np.concatenate([data["step"] for data in draws]).tolist() == list(range(1, 351))
    assert [data["warm_up"] for data in draws] == sorted((data["warm_up"] for data in draws), reverse=True)
    assert all(data["position"].array.shape == (len(data["step"]), 4, 2) for data in draws)


def test_the_last_estimate_is_the_mean_of_all_draws_sent() -> None:
    events = events_of(record={"chains": 8, "warm_up": False})
    sent = np.concatenate([data["position"].array for data in of_kind(events, "draws")])
    last = [data for data in of_kind(events, "estimate") if data["method"] == 0][-1]
    np.testing.assert_allclose(last["mean"].array, sent.mean(axis=(0, 1), dtype=np.float64), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(
        last["variance"].array, sent.reshape(-1, 2).var(axis=0, ddof=1, dtype=np.float64), rtol=1e-5
    )


def test_the_bias_is_the_error_in_standard_errors() -> None:
    walk, grid, _ = reply()["methods"]
    expected = (np.array(walk["mean"]) - [0, 1]) / walk["standard_error"]["mean"]
    np.testing.assert_allclose(walk["bias_in_standard_errors"]["mean"], expected)
    assert grid["bias_in_standard_errors"]["mean"] is None and abs(grid["error"]["log_evidence"]) < 1e-8


def test_the_volume_under_the_sheet_is_the_evidence() -> None:
    sheets = reply()["sheets"]
    assert sheets["log_evidence"] == pytest.approx(0.0, abs=1e-6)
    assert np.shape(sheets["product"]) == (129, 65)
    for marginal in sheets["marginals"]:
        assert np.trapezoid(marginal["density"], marginal["x"]) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("expression", "sheets"),
    [("-1e6*(x - 5)^2 - 1e6*(y - 5)^2", [3, 3]), ("-(x^2 + y^2)/2", [2, 2]), ("-x^2 - y^2 - 1e9", [33, 33])],
)
def test_sheets_without_mass_say_so_and_fail_not(expression: str, sheets: list[int]) -> None:
    target = {"kind": "log_density", "expression": expression}
    found = reply(target=target, methods=["random_walk"], chains=2, draws=2, warm_up=0, sheets=sheets, start=[5.0, 5.0])
    for marginal in found["sheets"]["marginals"]:
        area = np.trapezoid(np.array(marginal["density"], dtype=float), marginal["x"])
        assert area == pytest.approx(1.0) if found["sheets"]["log_evidence"] is not None else np.isnan(area)


def test_what_the_target_cannot_show_is_left_out_with_the_reason() -> None:
    found = reply(target={"kind": "gaussian", "dim": 3}, methods=[{"kind": "random_walk"}], predictive=True)
    assert "sheets" not in found and all(method["predictive"] is None for method in found["methods"])
    assert "3" in found["left_out"]["sheets"] and "inputs" in found["left_out"]["predictive"]
    assert reply()["left_out"] == {"sheets": None, "predictive": None, "divergences": None}


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"record": {"view": [0, 2]}}, "/record/view"),
        ({"start": [0.0]}, "/start"),
        ({"methods": [{"kind": "trapezoid", "points": 10_000}]}, "/methods/0/points"),
        ({"methods": [{"kind": "laplace", "parametrisation": "natural"}]}, "/methods/0/parametrisation"),
    ],
)
def test_what_cannot_be_carried_out_is_refused_with_a_pointer(fields: dict[str, Any], pointer: str) -> None:
    with pytest.raises(SpecError) as refusal:
        events_of(**fields)
    assert refusal.value.pointer == pointer


def test_cost_grows_with_draws_and_chains() -> None:
    def seconds(**fields: Any) -> float:
        return posterior_cost(PosteriorSpec.model_validate(BANANA | fields)).seconds

    assert seconds(draws=100_000, chains=4_096) > 100 * seconds()
