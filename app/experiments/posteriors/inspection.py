"""What is said of chains once they are complete: autocorrelation, Stein's identities, tails, where they diverged."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from app.core.interfaces import Array
from app.diagnostics.stein import stein_residual
from app.experiments.posteriors.judging import COORDINATES, Said, together
from app.experiments.posteriors.moments import Kept
from app.experiments.posteriors.setting import Setting, build_target
from app.experiments.posteriors.sharing import Work
from app.experiments.posteriors.specs import PosteriorSpec

STEIN_DRAWS, STEIN_SECONDS = 40_000, 0.1
LEAST = 100
SECONDS = 4e-3
"""Estimated for what is done beside the last estimate."""
QUICK = 1e-2
"""Seconds of evaluations that are rather done twice than by one alone."""


def inspection(setting: Setting, kept: Kept) -> list[Work]:
    """What is to be done beside the last estimate: Stein's identities, on as many draws as may be evaluated."""
    dim, seconds = setting.target.dim, setting.target.facts.seconds
    most = int(min(STEIN_DRAWS, STEIN_SECONDS / seconds))
    each = min(most, sum(part.shape[-1] for part in kept.theta))
    chains = min(kept.chains, max(1, most // max(1, each)))
    if chains * each < LEAST:
        return []
    pieces, shown = kept.first(chains), min(dim, COORDINATES)
    parts = 2 if shown > 1 and chains * each * seconds < QUICK else 1
    cuts = [shown * part // parts for part in range(parts + 1)]
    return [partial(_stein, pieces, each, slice(*cut)) for cut in pairwise(cuts)]


def inspected(setting: Setting, said: Said, stein: list[Said], divergent: Array) -> dict[str, Any]:
    """Facts by name; what cannot be judged is left out."""
    told = {name: said[name] for name in ("autocorrelation", "pareto_k")} | together(stein)
    return told | {"divergences_at": divergent[:, list(setting.view)]}


def _stein(pieces: tuple[Array, ...], latest: int, some: slice, spec: PosteriorSpec) -> Said:
    """The means that should vanish, in standard errors ``(coordinates, 3)``, of the latest so many draws a chain."""
    draws = np.concatenate(pieces, axis=-1)[..., -latest:]
    gradient = -build_target(spec.target).value_and_gradient(np.moveaxis(draws, 0, -1))[1]
    residual = stein_residual(draws[some], np.moveaxis(gradient, -1, 0)[some])
    return {"stein_score": residual.score, "stein_mean": residual.mean}
