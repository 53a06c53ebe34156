"""What the chains of a posterior show besides their draws: leapfrog paths, and facts once they are complete."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from app.core.spec import catalogue
from app.diagnostics.rhat import nested_bound
from app.experiments.posteriors.job import collect_posterior, posterior_cost
from app.experiments.posteriors.judging import superchains
from app.experiments.posteriors.run import advance_posterior
from app.experiments.posteriors.setting import setting_of
from app.experiments.posteriors.specs import PosteriorSpec
from app.samplers.broken._base import BrokenSampler
from app.serving.wire import document
from tests.experiments.test_posterior import of_kind
from tests.experiments.wire_bytes import comparable

HMC: dict[str, Any] = {
    "target": "banana",
    "methods": [{"kind": "hmc", "steps": 8}],
    "chains": 16,
    "draws": 250,
    "warm_up": 100,
    "record": {"leapfrog": True, "chains": 16},
}


def events_of(budget: float = 10.0, **fields: Any) -> list[Any]:
    spec = PosteriorSpec.model_validate(HMC | fields)
    events: list[Any] = []
    state, done = None, False
    while not done:
        state, some, done = advance_posterior(spec, state, budget)
        events += some
    return events


def facts(**fields: Any) -> dict[str, Any]:
    """The diagnostics of the last word of the first method."""
    reply = json.loads(document(collect_posterior(events_of(**fields)), "json"))
    found: dict[str, Any] = reply["methods"][0]["diagnostics"]
    return found


PATHS = [{"kind": kind, "steps": 8} for kind in ("hmc", "half_step_slip", "aliased_momentum")]


@pytest.mark.parametrize("kernel", PATHS, ids=[kernel["kind"] for kernel in PATHS])
def test_a_leapfrog_path_begins_where_the_chain_was_and_ends_where_it_went_if_it_was_taken(
    kernel: dict[str, Any],
) -> None:
    events = events_of(methods=[kernel])
    draws = of_kind(events, "draws")
    at = {
        int(step): position[0]
        for data in draws
        for step, position in zip(data["step"], data["position"].array, strict=True)
    }
    paths = [path for path in of_kind(events, "leapfrog") if path["step"] > 1]
    assert len(paths) > 5 and {path["accepted"] for path in paths} == {True, False}
    for path in paths:
        position = path["position"].array
        assert position.shape == (9, 2) and path["energy"].array.shape == (9,)
        np.testing.assert_allclose(position[0], at[path["step"] - 1], rtol=1e-5, atol=1e-6)
        end = position[-1] if path["accepted"] else position[0]
        np.testing.assert_allclose(end, at[path["step"]], rtol=1e-5, atol=1e-6)


HONEST = {"hmc": True, "half_step_slip": True, "missing_accept": False, "aliased_momentum": False}


@pytest.mark.parametrize(("kind", "honest"), HONEST.items(), ids=list(HONEST))
def test_the_end_of_a_path_is_taken_as_its_energy_error_says_unless_the_kernel_lies(kind: str, honest: bool) -> None:
    methods = [{"kind": kind, "step_size": 0.3}]
    paths = of_kind(events_of(methods=methods, start=(1.0, 1.0), draws=1000), "leapfrog")
    with np.errstate(over="ignore"):
        errors = [path["energy"].array[-1] - path["energy"].array[0] for path in paths]
        chances = [0.0 if np.isnan(error) else min(1.0, float(np.exp(-error))) for error in errors]
    gap = np.abs([path["acceptance"] for path in paths] - np.array(chances)).max()
    assert gap < 1e-9 if honest else gap > 0.05


def test_paths_depend_on_no_slices_and_change_no_draws() -> None:
    assert comparable(events_of(budget=0.0)) == comparable(events_of())
    without = of_kind(events_of(record={"chains": 16}), "draws")
    with_paths = of_kind(events_of(), "draws")
    assert [data["position"].array.tobytes() for data in without] == [
        data["position"].array.tobytes() for data in with_paths
    ]


def test_kernels_that_jump_have_no_path() -> None:
    assert of_kind(events_of(methods=["random_walk"]), "leapfrog") == []


def test_paths_cost_and_superchains_must_be_equal() -> None:
    costs = [posterior_cost(PosteriorSpec.model_validate(HMC | {"record": {"leapfrog": on}})) for on in (True, False)]
    assert costs[0].seconds > costs[1].seconds
    with pytest.raises(ValidationError, match="superchains 5 must divide 16"):
        PosteriorSpec.model_validate(HMC | {"superchains": 5})


@pytest.mark.parametrize("kind", ["hmc", "nuts"])
def test_a_right_kernel_is_acquitted(kind: str) -> None:
    found = facts(methods=[kind], draws=300)
    assert np.abs(found["stein_score"]).max() < 4
    assert max(found["rhat"]) < 1.05 and len(found["divergences_at"]) == min(500, found["divergences"])
    assert np.shape(found["autocorrelation"]) == (2, 51) and found["autocorrelation"][0][0] == 1
    assert max(found["pareto_k"]) < 0.5


BROKEN: dict[str, type[BrokenSampler]] = catalogue("app.samplers.broken", BrokenSampler)
COIN = {"kind": "beta_bernoulli", "tosses": 3, "heads": 3}
"""Its posterior in logit p leans: what a kernel gets wrong shows."""


@pytest.mark.parametrize("kernel", sorted(BROKEN))
def test_a_broken_kernel_is_convicted_by_stein_s_identities_and_by_its_bias(kernel: str) -> None:
    shown = {"kind": kernel, **BROKEN[kernel].exhibit}
    events = events_of(target=COIN, methods=[shown], chains=64, draws=1_500, record={"chains": 0, "view": [0, 0]})
    (summary,) = json.loads(document(collect_posterior(events), "json"))["methods"]
    assert max(summary["diagnostics"]["rhat"]) < 1.02
    assert np.abs(summary["diagnostics"]["stein_score"]).max() > 5
    bias = summary["bias_in_standard_errors"]
    assert max(np.abs(bias["mean"] + bias["variance"])) > 5


def test_a_crowd_in_superchains_has_a_nested_rhat_that_falls_with_warm_up() -> None:
    crowd = {"chains": 256, "superchains": 16, "draws": 10, "methods": [{"kind": "random_walk", "tune": False}]}
    early, late = (max(facts(**crowd, warm_up=steps)["nested_rhat"]) for steps in (0, 300))
    assert late < 1.1 < early


def test_the_chains_of_a_superchain_start_at_one_point_and_superchains_apart() -> None:
    spec = PosteriorSpec.model_validate(HMC | {"chains": 24, "superchains": 6})
    starts = setting_of(spec, None).starts().reshape(6, 4, 2)
    assert (starts == starts[:, :1]).all()
    assert len(np.unique(starts[:, 0], axis=0)) == 6


def test_nested_rhat_comes_with_every_estimate_and_with_the_bound_it_is_read_against() -> None:
    events = events_of(chains=64, superchains=8, draws=120)
    told = [data["diagnostics"] for data in of_kind(events, "estimate") if data["step"] >= 8]
    assert len(told) >= 2
    assert all(found["nested_rhat_bound"] == nested_bound(8) and found["superchains_judged"] == 8 for found in told)
    assert "nested_rhat" not in facts(chains=64, draws=32)


def test_too_few_whole_superchains_are_not_judged() -> None:
    assert superchains(10, 6) == 0 and superchains(10, 5) == 2
    assert "nested_rhat" not in facts(chains=12, superchains=2, target={"kind": "gaussian", "dim": 100}, draws=200)


def test_divergences_are_told_with_their_places() -> None:
    found = facts(methods=[{"kind": "hmc", "step_size": 3.0, "tune": False, "tune_scales": False}])
    assert found["divergences"] > 0
    assert len(found["divergences_at"]) == min(500, found["divergences"])
    assert np.isfinite(found["divergences_at"]).all()
