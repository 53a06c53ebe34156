"""What is said of chains once they are complete: autocorrelation, Stein's identities, tails, where they diverged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from app.core.errors import SpecError
from app.core.helpers import dealt_out
from app.core.interfaces import Array
from app.diagnostics.ess import autocorrelation
from app.diagnostics.pareto import pareto_k
from app.diagnostics.stein import stein_residual
from app.experiments.posteriors.chains import ChainsState
from app.experiments.posteriors.moments import standardised
from app.experiments.posteriors.setting import Setting, build_target
from app.experiments.posteriors.specs import PosteriorSpec

LAGS = 50
COORDINATES = 64
"""Parameters beyond these are summarised by their estimates only."""
STEIN_DRAWS, STEIN_SECONDS = 40_000, 0.1
LEAST = 100


def inspected(setting: Setting, state: ChainsState) -> dict[str, Any]:
    """Facts by name; what cannot be judged is left out."""
    if not state.kept.theta:
        return {}
    draws, _ = state.kept.series()
    with np.errstate(all="ignore"):
        shown = standardised(draws, *state.running.pooled())[:COORDINATES]
    tails = zip(shown, _tails(state, shown), strict=True)
    works: list[Callable[[PosteriorSpec], Any]] = [
        partial(_stein, draws),
        partial(_lagged, shown),
        *(partial(_tail, *one) for one in tails),
    ]
    stein, lagged, *shapes = dealt_out(_done, setting.spec, works)
    return {
        "autocorrelation": lagged,
        "pareto_k": np.array(shapes),
        **stein,
        "divergences_at": state.divergent[:, list(setting.view)],
    }


def _tails(state: ChainsState, draws: Array) -> Sequence[float | None]:
    """The ESS of the tails of draws ``(coordinates, chains, n)``, where the last estimate knows them."""
    known = (state.estimate.diagnostics or {}).get("ess_tail")
    if known is None:
        return [None] * len(draws)
    share = draws.shape[1] / len(state.running.mean)
    return [float(effective * share) for effective in known[: len(draws)]]


def _done(spec: PosteriorSpec, work: Callable[[PosteriorSpec], Any]) -> Any:
    with np.errstate(all="ignore"):
        return work(spec)


def _lagged(draws: Array, _: PosteriorSpec) -> Array:
    return autocorrelation(draws, LAGS)


def _tail(draws: Array, effective: float | None, _: PosteriorSpec) -> float:
    """k̂ of the heavier tail; NaN where the draws do not show one."""
    try:
        return pareto_k(draws, effective)
    except SpecError:
        return float("nan")


def _stein(draws: Array, spec: PosteriorSpec) -> dict[str, Any]:
    """The means that should vanish, in standard errors ``(coordinates, 3)``, on as many draws as may be evaluated."""
    target = build_target(spec.target)
    most = int(min(STEIN_DRAWS, STEIN_SECONDS / target.facts.seconds))
    latest = draws[:, :, -most:]
    latest = latest[:, : max(1, most // latest.shape[-1])] if most else latest[:, :0]
    if latest[0].size < LEAST:
        return {}
    gradient = -target.value_and_gradient(np.moveaxis(latest, 0, -1))[1]
    residual = stein_residual(latest, np.moveaxis(gradient, -1, 0))
    return {"stein_score": residual.score[:COORDINATES], "stein_mean": residual.mean[:COORDINATES]}
