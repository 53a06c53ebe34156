"""What the kept draws say about how good the estimates are, and of a target's coordinates once chains are complete."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from app.core.errors import SpecError
from app.core.inference import Estimate
from app.core.interfaces import Array
from app.diagnostics.energy import bfmi
from app.diagnostics.ess import autocorrelation, judged_together
from app.diagnostics.pareto import pareto_k
from app.diagnostics.ranks import Pooled
from app.diagnostics.rhat import nested_bound, nested_rhat
from app.experiments.posteriors.moments import Apart, Kept, Running
from app.experiments.posteriors.sharing import Work
from app.experiments.posteriors.specs import PosteriorSpec

LEAST = 8
"""Draws a chain below which nothing is said about the error."""
TOGETHER = 20_000
"""Numbers, about, that are judged at a time: coordinates of few draws together, others one by one."""
CALLS_SECONDS, NUMBER_SECONDS = 5e-4, 6e-8
"""Estimated for the judgement of however few draws, and for each number."""
LAGS = 50
COORDINATES = 64
"""Parameters beyond these are summarised by their estimates only."""
TOLD = ("rhat", "ess_bulk", "ess_tail", "e_bfmi")

Said = dict[str, Array]
"""By name, coordinate by coordinate (``e_bfmi``: chain by chain)."""


class Due(NamedTuple):
    """Draws of which an estimate is due.

    Attributes:
        draws, chains: how many there are in all.
        mean, variance: of all of them, ``(d,)``.
        kept: those that are looked at.
        gradients: evaluations so far.
        facts: what else is told of them.
        members: how many chains each superchain has, if they began in such.
        apart: of all chains, where not all of them are looked at.
    """

    draws: int
    chains: int
    mean: Array
    variance: Array
    kept: Kept
    gradients: int
    facts: dict[str, Any]
    members: int | None = None
    apart: Apart | None = None

    @classmethod
    def of(cls, running: Running, kept: Kept, gradients: int, facts: dict[str, Any], members: int | None = None) -> Due:
        """Of draws with these moments."""
        mean, variance = running.pooled()
        some = kept.chains < len(running.mean) and running.draws >= LEAST
        apart = running.apart(mean) if some else None
        return cls(running.draws, len(running.mean), mean, variance, kept, gradients, facts, members, apart)

    @property
    def judged(self) -> bool:
        """Whether something is said about the error."""
        return self.draws >= LEAST

    def seconds(self) -> float:
        """Estimated for all works."""
        return CALLS_SECONDS + NUMBER_SECONDS * sum(part.size for part in self.kept.theta) if self.judged else 0.0

    def works(self, complete: bool = False) -> list[Work]:
        """What is to be done for the estimate; more where the chains are complete."""
        if not (self.judged or complete):
            return []
        share = self.kept.chains / self.chains
        some, works = max(1, TOGETHER // sum(part[0].size for part in self.kept.theta)), list[Work]()
        for begin in range(0, len(self.mean), some):
            at = slice(begin, begin + some)
            theta = tuple(part[at] for part in self.kept.theta)
            part = Part(theta, self.mean[at], self.variance[at], share, self.members)
            shown = max(0, min(len(part.mean), COORDINATES - begin)) if complete else 0
            works.append(partial(said_of, part, self.judged, shown))
        return [*works, partial(_said_of_energies, self.kept.energy)] if self.judged else works

    def estimate(self, said: Said) -> Estimate:
        """By what the works found.

        The standard error is s/√ESS of the kept chains, scaled to all of them; that of the variance is that of the
        mean of (θ − mean)². Where not all chains are kept, the others may be elsewhere: then neither error is below
        what all chains' moments say.
        """
        mean, variance = self.mean, self.variance
        if not self.judged:
            return Estimate(mean=mean, variance=variance, gradients=self.gradients, diagnostics=self.facts)
        with np.errstate(all="ignore"):
            mean_error = np.sqrt(variance / said["effective"])
            variance_error = variance * said["spread"] / np.sqrt(said["effective_squares"])
        found = Apart(mean_error, variance_error)
        worse = found if self.apart is None else Apart(*map(np.maximum, found, self.apart))
        told = {name: said[name] for name in TOLD} | {"chains_judged": self.kept.chains}
        return Estimate(
            mean=mean,
            variance=variance,
            mean_error=worse.mean_error,
            variance_error=worse.variance_error,
            gradients=self.gradients,
            diagnostics=self.facts | told | self._nested(said),
        )

    def _nested(self, said: Said) -> dict[str, Any]:
        if self.members is None or "nested_rhat" not in said:
            return {}
        groups = superchains(self.kept.chains, self.members)
        bound = nested_bound(self.members)
        return {"nested_rhat": said["nested_rhat"], "nested_rhat_bound": bound, "superchains_judged": groups}


class Part(NamedTuple):
    """Some coordinates of draws.

    Attributes:
        theta: pieces ``(d, chains, m)``.
        mean, variance: of all draws, ``(d,)``.
        share: which part of all chains these are.
        members: as in :class:`Due`.
    """

    theta: tuple[Array, ...]
    mean: Array
    variance: Array
    share: float
    members: int | None


def together(found: Sequence[Said]) -> Said:
    """What was found by all works."""
    names = dict.fromkeys(name for one in found for name in one)
    return {name: np.concatenate([one[name] for one in found if name in one]) for name in names}


def said_of(part: Part, judged: bool, shown: int, _: PosteriorSpec | None = None) -> Said:
    """Of some coordinates; of the first ``shown`` also autocorrelation ``(shown, lags)`` and tails."""
    draws, found = standardised(part.theta, part.mean, part.variance), Said()
    if judged:
        found |= _judged(draws, part)
    if shown:
        effective = found["ess_tail"] * part.share if judged else [None] * shown
        found["autocorrelation"] = autocorrelation(draws[:shown], LAGS)
        found["pareto_k"] = np.array([_tail(*one) for one in zip(draws[:shown], effective, strict=False)])
    return found


def _judged(draws: Array, part: Part) -> Said:
    found = judged_together(Pooled(draws))
    said = {
        "effective": found.mean / part.share,
        "effective_squares": found.squares / part.share,
        "spread": _spread_of_squares(draws),
        "rhat": found.rhat,
        "ess_bulk": found.bulk / part.share,
        "ess_tail": found.tail / part.share,
    }
    if part.members is not None and (groups := superchains(draws.shape[1], part.members)):
        said["nested_rhat"] = nested_rhat(draws[:, : groups * part.members], part.members)
    return said


def _said_of_energies(energies: tuple[Array, ...], _: PosteriorSpec | None = None) -> Said:
    return {"e_bfmi": bfmi(np.concatenate(energies, axis=-1))}


def _tail(draws: Array, effective: float | None) -> float:
    """k̂ of the heavier tail; NaN where the draws do not show one."""
    try:
        return pareto_k(draws, effective)
    except SpecError:
        return float("nan")


def standardised(pieces: Sequence[Array], mean: Array, variance: Array) -> Array:
    """(θ − mean)/s of pieces ``(d, chains, m)``, joined, in single precision, which is enough to judge draws by.

    What is said of them depends neither on place nor on scale, and a relative error of 6e-8 of each draw's distance
    from the mean changes it by far less than the hundredth by which it would differ between two runs.
    """
    scale = np.sqrt(variance)
    scale = np.where(np.isfinite(scale) & (scale > 0), scale, 1.0)
    ends = np.cumsum([piece.shape[-1] for piece in pieces])
    single = np.empty((*pieces[0].shape[:-1], ends[-1]), np.float32)
    for piece, end in zip(pieces, ends, strict=True):
        centre, unit = (each.astype(piece.dtype)[:, None, None] for each in (mean, scale))
        np.divide(piece - centre, unit, out=single[..., end - piece.shape[-1] : end], casting="same_kind")
    return single


def _spread_of_squares(draws: Array) -> Array:
    """The standard deviation of θ² over all draws, ``(d,)``."""
    squares = draws * draws
    squares -= squares.mean(axis=(-2, -1), keepdims=True)
    return np.asarray(np.sqrt(np.einsum("dcn,dcn->d", squares, squares) / draws[0].size))


def superchains(chains: int, members: int) -> int:
    """How many whole ones of so many members there are among the first chains; 0 where fewer than two."""
    groups = chains // members
    return groups if groups > 1 else 0
