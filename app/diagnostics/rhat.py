"""R̂: whether chains that started apart now tell the same story."""

from __future__ import annotations

import numpy as np

from app.core.errors import SpecError
from app.core.interfaces import Array
from app.diagnostics.ranks import Pooled

MIN_DRAWS = 4
TOLERANCE = 1.01
"""Of R̂: above it chains disagree; Vehtari et al. 2021, section 4.3."""


def rhat(x: Array | Pooled, bulk: Array | None = None) -> Array:
    """Rank-normalised split R̂ of ``(..., chains, draws)``, the larger of bulk and folded: ``(...)``.

    NaN below two chains or four draws, and where a draw is not finite or none ever moved. ``bulk`` is that of the
    normal scores, where it is known already.

    Reference: Vehtari et al. 2021, section 4.
    """
    pooled = Pooled.of(x)
    if pooled.x.shape[-2] < 2 or pooled.x.shape[-1] < MIN_DRAWS:
        return np.full(pooled.x.shape[:-2], np.nan)
    bulk = _plain(pooled.scores) if bulk is None else bulk
    return _where_finite(pooled.x, np.maximum(bulk, _plain(pooled.folded_scores)))


def nested_rhat(x: Array, members: int) -> Array:
    """R̂ of superchains, each of ``members`` consecutive chains that began at the same point: ``(...)``.

    For crowds of short chains: the mean of a superchain has little Monte Carlo noise, so that what is left between
    superchains is memory of where they began. Rank-normalised, split and folded like :func:`rhat`.

    Raises:
        SpecError: the chains do not make at least two superchains of ``members``.

    Reference: Margossian et al. 2024, Nested R̂, equations 4–8.
    """
    groups, rest = divmod(x.shape[-2], members)
    if rest or groups < 2:
        raise SpecError(
            f"{x.shape[-2]} chains do not make two or more superchains of {members}; "
            "change the number of chains to a multiple of it"
        )
    if x.shape[-1] < MIN_DRAWS:
        return np.full(x.shape[:-2], np.nan)
    pooled = Pooled(x)
    bulk, tail = (_nested(scores, groups) for scores in (pooled.scores, pooled.folded_scores))
    return _where_finite(x, np.maximum(bulk, tail))


def nested_bound(members: int) -> float:
    """√(1.01² + 1/M): above it superchains of M chains remember where they began.

    Means of M independent draws differ by σ²/M although nothing is remembered, so that even perfect chains of one draw
    have a nested R̂ of √(1 + 1/M); the rest is the tolerance of R̂.

    Reference: Margossian et al. 2024, Nested R̂, section 4: √(1 + 1/M + τ), here with τ = 1.01² − 1.
    """
    return float(np.sqrt(TOLERANCE**2 + 1 / members))


def _plain(z: Array) -> Array:
    """√((B/W + N − 1)/N), B and W the variances between and within chains."""
    chains, draws = z.shape[-2:]
    means = z.mean(axis=-1, keepdims=True)
    away = z - means
    between = draws * means[..., 0].var(axis=-1, ddof=1)
    within = np.einsum("...cn,...cn->...", away, away) / (chains * (draws - 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Array = np.sqrt((between / within + draws - 1) / draws)
    return found


def _nested(z: Array, groups: int) -> Array:
    """√(1 + B/W) over superchains; both halves of a chain belong to its superchain."""
    halved = z.reshape(*z.shape[:-2], 2, groups, -1, z.shape[-1])
    chains = np.concatenate([halved[..., 0, :, :, :], halved[..., 1, :, :, :]], axis=-2)
    means = chains.mean(axis=-1)
    within = chains.var(axis=-1, ddof=1).mean(axis=-1) + means.var(axis=-1, ddof=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Array = np.sqrt(1 + means.mean(axis=-1).var(axis=-1, ddof=1) / within.mean(axis=-1))
    return found


def _where_finite(x: Array, found: Array) -> Array:
    return np.where(np.isfinite(x).all(axis=(-2, -1)), found, np.nan)
