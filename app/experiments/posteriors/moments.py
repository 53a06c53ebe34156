"""Running moments of chains, and what the kept ones say about how good those are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from app.core.inference import Estimate
from app.core.interfaces import Array
from app.diagnostics.energy import bfmi
from app.diagnostics.ess import ess_bulk, ess_mean, ess_tail
from app.diagnostics.rhat import nested_bound, nested_rhat, rhat

LEAST = 8
"""Draws a chain below which nothing is said about the error."""


class Running(NamedTuple):
    """Mean and squared deviations of every chain: the moments of all draws without the draws.

    Attributes:
        draws: of each chain.
        mean: ``(chains, d)``.
        squares: Σ(θ − mean)² of each chain, ``(chains, d)``.
    """

    draws: int
    mean: Array
    squares: Array

    @classmethod
    def empty(cls, chains: int, dim: int) -> Running:
        """Of no draws."""
        return cls(0, np.zeros((chains, dim)), np.zeros((chains, dim)))

    def with_draws(self, draws: Array) -> Running:
        """With more draws ``(m, chains, d)``; Chan, Golub & LeVeque 1983, eq. 2.1."""
        more = len(draws)
        mean, total = draws.mean(axis=0), self.draws + more
        shift = mean - self.mean
        squares = self.squares + ((draws - mean) ** 2).sum(axis=0) + shift**2 * (self.draws * more / total)
        return Running(total, self.mean + shift * (more / total), squares)

    def pooled(self) -> tuple[Array, Array]:
        """(mean, variance) over all draws of all chains, ``(d,)`` each."""
        mean = self.mean.mean(axis=0)
        size = self.draws * len(self.mean)
        squares = self.squares.sum(axis=0) + self.draws * ((self.mean - mean) ** 2).sum(axis=0)
        return mean, squares / max(1, size - 1)


class Kept(NamedTuple):
    """The draws that diagnostics look at: all of them of the first chains.

    Attributes:
        theta: pieces ``(m, kept chains, d)``.
        energy: pieces ``(m, kept chains)``.
    """

    theta: tuple[Array, ...] = ()
    energy: tuple[Array, ...] = ()

    def series(self) -> tuple[Array, Array]:
        """Draws ``(d, chains, n)`` and energies ``(chains, n)``, in one order of memory whatever that of the pieces."""
        draws, energy = (np.concatenate(parts, dtype=np.float64) for parts in (self.theta, self.energy))
        return np.ascontiguousarray(draws.transpose(2, 1, 0)), np.ascontiguousarray(energy.T)


def judged(running: Running, kept: Kept, gradients: int, facts: dict[str, Any], members: int | None = None) -> Estimate:
    """The estimate of the draws so far; ``members`` is how many chains each superchain has, if they began in such.

    The standard error is s/√ESS of the kept chains, scaled to all of them; that of the variance is that of the mean of
    (θ − mean)².
    """
    mean, variance = running.pooled()
    if running.draws < LEAST or not kept.theta:
        return Estimate(mean=mean, variance=variance, gradients=gradients, diagnostics=facts)
    draws, energy = kept.series()
    squares = (draws - mean[:, None, None]) ** 2
    share = draws.shape[1] / len(running.mean)
    effective, effective_squares = ess_mean(draws) / share, ess_mean(squares) / share
    spread = squares.std(axis=(-2, -1))
    return Estimate(
        mean=mean,
        variance=variance,
        mean_error=np.sqrt(variance / effective),
        variance_error=spread / np.sqrt(effective_squares),
        gradients=gradients,
        diagnostics=facts | _diagnosed(draws, energy, share) | nested_facts(draws, members),
    )


def _diagnosed(draws: Array, energy: Array, share: float) -> dict[str, Any]:
    with np.errstate(all="ignore"):
        return {
            "rhat": rhat(draws),
            "ess_bulk": ess_bulk(draws) / share,
            "ess_tail": ess_tail(draws) / share,
            "e_bfmi": bfmi(energy),
            "chains_judged": int(draws.shape[1]),
        }


def nested_facts(draws: Array, members: int | None) -> dict[str, Any]:
    """Nested R̂ of draws ``(d, chains, n)`` beside its bound, where at least two superchains were kept whole."""
    groups = draws.shape[1] // members if members else 0
    if members is None or groups < 2:
        return {}
    with np.errstate(all="ignore"):
        found = nested_rhat(draws[:, : groups * members], members)
    return {"nested_rhat": found, "nested_rhat_bound": nested_bound(members), "superchains_judged": groups}


def joined(pieces: Sequence[Array], most: int) -> Array:
    """At most ``most`` draws ``(n, d)``, evenly over steps and chains."""
    draws = np.concatenate(pieces)
    flat = draws.reshape(-1, draws.shape[-1])
    return np.asarray(flat[np.linspace(0, len(flat) - 1, min(most, len(flat))).astype(int)])
