"""Running moments of chains, and what the kept ones say about how good those are."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from app.core.helpers import dealt_out
from app.core.inference import Estimate
from app.core.interfaces import Array
from app.diagnostics.energy import bfmi
from app.diagnostics.ess import judged_together
from app.diagnostics.ranks import Pooled
from app.diagnostics.rhat import nested_bound, nested_rhat

LEAST = 8
"""Draws a chain below which nothing is said about the error."""
TOGETHER = 20_000
"""Numbers, about, that are judged at a time: coordinates of few draws together, others one by one."""


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

    @classmethod
    def of(cls, draws: Array) -> Running:
        """Of draws ``(m, chains, d)``, in their precision."""
        mean = draws.mean(axis=0)
        away = draws - mean
        return cls(len(draws), mean, np.einsum("mcd,mcd->cd", away, away))

    def with_more(self, more: Running) -> Running:
        """With more draws of the same chains; Chan, Golub & LeVeque 1983, eq. 2.1."""
        total, shift = self.draws + more.draws, more.mean - self.mean
        squares = self.squares + more.squares + shift**2 * (self.draws * more.draws / total)
        return Running(total, self.mean + shift * (more.draws / total), squares)

    def pooled(self) -> tuple[Array, Array]:
        """(mean, variance) over all draws of all chains, ``(d,)`` each."""
        mean = self.mean.mean(axis=0)
        size = self.draws * len(self.mean)
        squares = self.squares.sum(axis=0) + self.draws * ((self.mean - mean) ** 2).sum(axis=0)
        return mean, squares / max(1, size - 1)


class Kept(NamedTuple):
    """The draws that diagnostics look at: all of them of the first chains.

    Attributes:
        theta: pieces ``(d, kept chains, m)``, row-major.
        energy: pieces ``(kept chains, m)``, row-major.
    """

    theta: tuple[Array, ...] = ()
    energy: tuple[Array, ...] = ()

    @classmethod
    def of(cls, theta: Array, energy: Array) -> Kept:
        """Draws ``(m, kept chains, d)`` and their energies ``(m, kept chains)``."""
        return cls((np.ascontiguousarray(theta.transpose(2, 1, 0)),), (np.ascontiguousarray(energy.T),))

    def and_then(self, more: Kept) -> Kept:
        """With more draws of the same chains."""
        return Kept(self.theta + more.theta, self.energy + more.energy)

    def series(self) -> tuple[Array, Array]:
        """Draws ``(d, chains, n)`` and energies ``(chains, n)``, in one order of memory, in their precision."""
        draws, energy = (np.concatenate(parts, axis=-1) for parts in (self.theta, self.energy))
        return draws, energy

    def sample(self, most: int) -> Array:
        """At most ``most`` draws ``(n, d)``, evenly over steps and chains."""
        draws = np.concatenate(self.theta, axis=-1)
        chains, size = draws.shape[1], draws[0].size
        step, chain = np.divmod(np.linspace(0, size - 1, min(most, size)).astype(int), chains)
        return np.ascontiguousarray(draws[:, chain, step].T)


def standardised(draws: Array, mean: Array, variance: Array) -> Array:
    """(θ − mean)/s of draws ``(d, chains, n)`` in single precision, which is enough to judge them by.

    What is said of them depends neither on place nor on scale, and a relative error of 6e-8 of each draw's distance
    from the mean changes it by far less than the hundredth by which it would differ between two runs.
    """
    scale = np.sqrt(variance)
    scale = np.where(np.isfinite(scale) & (scale > 0), scale, 1.0)[:, None, None]
    single = np.empty(draws.shape, np.float32)
    np.divide(draws - mean[:, None, None], scale, out=single, casting="same_kind")
    return single


def judged(running: Running, kept: Kept, gradients: int, facts: dict[str, Any], members: int | None = None) -> Estimate:
    """The estimate of the draws so far; ``members`` is how many chains each superchain has, if they began in such.

    The standard error is s/√ESS of the kept chains, scaled to all of them; that of the variance is that of the mean of
    (θ − mean)².
    """
    mean, variance = running.pooled()
    if running.draws < LEAST or not kept.theta:
        return Estimate(mean=mean, variance=variance, gradients=gradients, diagnostics=facts)
    series, energy = kept.series()
    share = series.shape[1] / len(running.mean)
    with np.errstate(all="ignore"):
        draws = standardised(series, mean, variance)
        said = _diagnosed(draws, share)
        chains = {"e_bfmi": bfmi(energy), "chains_judged": int(draws.shape[1])}
    return Estimate(
        mean=mean,
        variance=variance,
        mean_error=np.sqrt(variance / said.pop("effective")),
        variance_error=variance * said.pop("spread") / np.sqrt(said.pop("effective_squares")),
        gradients=gradients,
        diagnostics=facts | said | chains | nested_facts(draws, members),
    )


def _diagnosed(draws: Array, share: float) -> dict[str, Array]:
    """By name, ``(d,)`` each, of draws ``(d, chains, n)``: some coordinates at a time, shared out among processes."""
    some = max(1, TOGETHER // draws[0].size)
    parts = [(draws[begin : begin + some], share) for begin in range(0, len(draws), some)]
    found = dealt_out(_diagnosed_part, None, parts)
    return {name: np.concatenate([one[name] for one in found]) for name in found[0]}


def _diagnosed_part(_: None, part: tuple[Array, float]) -> dict[str, Array]:
    draws, share = part
    found = judged_together(Pooled(draws))
    return {
        "effective": found.mean / share,
        "effective_squares": found.squares / share,
        "spread": _spread_of_squares(draws),
        "rhat": found.rhat,
        "ess_bulk": found.bulk / share,
        "ess_tail": found.tail / share,
    }


def _spread_of_squares(draws: Array) -> Array:
    """The standard deviation of θ² over all draws, ``(d,)``."""
    squares = draws * draws
    squares -= squares.mean(axis=(-2, -1), keepdims=True)
    return np.asarray(np.sqrt(np.einsum("dcn,dcn->d", squares, squares) / draws[0].size))


def nested_facts(draws: Array, members: int | None) -> dict[str, Any]:
    """Nested R̂ of draws ``(d, chains, n)`` beside its bound, where at least two superchains were kept whole."""
    groups = draws.shape[1] // members if members else 0
    if members is None or groups < 2:
        return {}
    with np.errstate(all="ignore"):
        found = nested_rhat(draws[:, : groups * members], members)
    return {"nested_rhat": found, "nested_rhat_bound": nested_bound(members), "superchains_judged": groups}
