"""What a method says of new inputs: the band of its draws."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy

from app.core.inference import Sampler
from app.core.interfaces import Array
from app.experiments.events import Holey
from app.experiments.posteriors.chains import ChainsState
from app.experiments.posteriors.setting import Setting
from app.experiments.posteriors.works import WorkState
from app.targets._base import Predictive

DRAWS = (400, 4000)
"""At least and at most, as the values at all inputs allow."""
VALUES = 1_000_000
QUANTILES = (0.025, 0.25, 0.5, 0.75, 0.975)
_STEP = 2**32


def without_predictive(setting: Setting) -> str | None:
    """Why there is no band although it was asked for; None where there is."""
    if not setting.spec.predictive or setting.target.facts.predictive is not None:
        return None
    return "this target has no inputs to predict for"


def data_document(setting: Setting) -> dict[str, Any] | None:
    """The examples of a model that predicts: inputs ``(n, features)`` and targets ``(n,)``."""
    predictive = setting.target.facts.predictive
    return None if predictive is None else {"inputs": predictive.data[0], "targets": predictive.data[1]}


def predictive_document(setting: Setting, which: int, state: ChainsState | WorkState) -> dict[str, Any] | None:
    """Inputs, mean, quantiles of the mean function and, with noise, of an observation; None without draws.

    ``mean_error`` is the standard error of ``mean`` as of independent draws; ``exact`` holds the same band by formula,
    where there is one.
    """
    predictive = setting.target.facts.predictive
    if predictive is None:
        return None
    draws = _draws(setting, which, state, int(np.clip(VALUES // len(predictive.inputs), *DRAWS)))
    if draws is None or not len(draws):
        return None
    with np.errstate(all="ignore"):
        outputs = predictive.outputs(draws)
        error = outputs.std(axis=0) / np.sqrt(len(draws))
    document = {
        "inputs": predictive.inputs,
        "draws": len(draws),
        "mean": Holey(outputs.mean(axis=0)),
        "mean_error": Holey(error),
        "quantiles": list(QUANTILES),
        "function": Holey(np.quantile(outputs, QUANTILES, axis=0)),
        "observation": None,
        "exact": _exact(predictive),
    }
    if predictive.noise is not None:
        rng = setting.rng(which, _STEP + 1)
        seen = outputs + predictive.noise * rng.standard_normal(outputs.shape)
        document["observation"] = Holey(np.quantile(seen, QUANTILES, axis=0))
    return document


def _exact(predictive: Predictive) -> dict[str, Any] | None:
    if predictive.exact is None:
        return None
    mean, spread = predictive.exact
    at = scipy.special.ndtri(QUANTILES)[:, None]
    seen = None if predictive.noise is None else mean + at * np.hypot(spread, predictive.noise)
    return {"mean": mean, "function": mean + at * spread, "observation": seen}


def _draws(setting: Setting, which: int, state: ChainsState | WorkState, count: int) -> Array | None:
    if isinstance(state, ChainsState):
        return state.kept.sample(count) if state.kept.theta else None
    method = setting.spec.methods[which]
    assert not isinstance(method, Sampler)
    return method.draws(setting.target, state.inner, setting.rng(which, _STEP), count)
