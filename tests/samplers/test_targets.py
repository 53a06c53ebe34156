"""Samplers on targets whose answers are known: means and variances within standard errors that are honest."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.experiments.posteriors.job import collect_posterior
from app.experiments.posteriors.run import advance_posterior
from app.experiments.posteriors.specs import PosteriorSpec
from app.lessons._chains import chains
from app.samplers.hmc import Hmc
from app.samplers.slice import Slice
from app.targets.funnel import Funnel
from tests.samplers.laws import rng

NECK = 0.02275


def answered(**fields: Any) -> dict[str, Any]:
    """The last word of one method of a posterior."""
    spec = PosteriorSpec.model_validate({"chains": 64, "warm_up": 300, "record": {"chains": 0}} | fields)
    events: list[Any] = []
    state, done = None, False
    while not done:
        state, some, done = advance_posterior(spec, state, 10.0)
        events += some
    found: dict[str, Any] = collect_posterior(events)["methods"][0]
    return found


def biases(found: dict[str, Any]) -> np.ndarray:
    """Errors of means and variances in standard errors."""
    bias = found["bias_in_standard_errors"]
    return np.concatenate([bias["mean"].array, bias["variance"].array])


CASES = [
    ("linear_regression", ["gibbs", "hmc", "stretch"]),
    ("logistic_regression", ["nuts", "mala", "independence"]),
    ("banana", ["nuts", "slice", "stretch"]),
    ("mixture", ["parallel_tempering", "slice"]),
]


@pytest.mark.parametrize(
    ("target", "kind"), [(target, kind) for target, kinds in CASES for kind in kinds], ids=lambda value: value
)
def test_the_bias_is_within_a_few_standard_errors(target: str, kind: str) -> None:
    view = {"view": [0, 0]} if target == "mixture" else {}
    draws = 2_000 if kind == "stretch" else 500
    found = answered(target=target, methods=[kind], draws=draws, record={"chains": 0, **view})
    assert np.abs(biases(found)).max() < 4.5
    assert max(found["diagnostics"]["rhat"].array) < (1.2 if kind == "stretch" else 1.05)


def neck(kernel: Any, centred: bool, steps: int) -> float:
    """The share of draws with v < −6."""
    draws = chains(kernel, Funnel(centred=centred).build(), rng(3).standard_normal((32, 2)), 300, steps).draws
    return float((draws[..., 0] * (1.0 if centred else 3.0) < -6).mean())


def test_the_neck_of_the_funnel_is_missed_in_the_coordinates_in_which_it_is_narrow() -> None:
    assert neck(Hmc(), False, 1_000) == pytest.approx(NECK, rel=0.15)
    assert neck(Hmc(), True, 1_000) < 0.3 * NECK
    assert neck(Slice(width=3.0), True, 1_000) == pytest.approx(NECK, rel=0.4)
