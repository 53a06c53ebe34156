"""Running moments of chains, and the draws that are kept."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from app.core.interfaces import Array


class Apart(NamedTuple):
    """What the moments of all chains, each taken as one number, say of the error, ``(d,)`` each.

    Attributes:
        mean_error, variance_error: the standard error of the mean over chains of their means, and of their mean
            squared distances from the mean of all: right however the draws of a chain depend on one another.
    """

    mean_error: Array
    variance_error: Array


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
        means, squares = (np.ascontiguousarray(each.T) for each in (self.mean, self.squares))
        mean = means.mean(axis=1)
        between = ((means - mean[:, None]) ** 2).sum(axis=1)
        return mean, (squares.sum(axis=1) + self.draws * between) / max(1, self.draws * len(self.mean) - 1)

    def apart(self, pooled: Array) -> Apart:
        """How far apart the chains are, two or more of them, around the mean of all."""
        chains = len(self.mean)
        with np.errstate(all="ignore"):
            away = (self.mean - pooled) ** 2
            between, variances = away.sum(axis=0) / (chains - 1), self.squares / self.draws + away
            return Apart(np.sqrt(between / chains), variances.std(axis=0, ddof=1) / np.sqrt(chains))


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

    def joined(self) -> Kept:
        """In one piece: what goes to and fro between processes, and is gone through often, is better not in many."""
        return Kept(*((np.concatenate(parts, axis=-1),) if len(parts) > 1 else parts for parts in self))

    @property
    def chains(self) -> int:
        """How many are kept."""
        return int(self.theta[0].shape[1]) if self.theta else 0

    def first(self, count: int) -> tuple[Array, ...]:
        """Pieces of the draws of the first so many chains."""
        return tuple(np.ascontiguousarray(part[:, :count]) for part in self.theta)

    def sample(self, most: int) -> Array:
        """At most ``most`` draws ``(n, d)``, evenly over steps and chains."""
        draws = np.concatenate(self.theta, axis=-1)
        chains, size = draws.shape[1], draws[0].size
        step, chain = np.divmod(np.linspace(0, size - 1, min(most, size)).astype(int), chains)
        return np.ascontiguousarray(draws[:, chain, step].T)
