"""Whether a proposal reaches where the mass is: asked of scouts that go further than it does."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from app.core.inference import Estimate, Target
from app.core.interfaces import Array
from app.integrators._proposals import Proposal
from app.targets._bridge import bridge_to

SCOUTS = 2_000
FURTHER = 2.0
CAUCHY = 1.0
TWICE = float(np.log(2))


class Scouts(NamedTuple):
    """Draws of a wide density r, half of them around the window and half Cauchy around the proposal's centre.

    Attributes:
        theta: ``(n, d)``.
        weight: p̃/r, the largest 1, ``(n,)``.
        log_ratio: ln p̃/q, what an importance weight would be there, ``(n,)``.
    """

    theta: Array
    weight: Array
    log_ratio: Array


def scouted(target: Target, proposal: Proposal, rng: np.random.Generator) -> Scouts | None:
    """``SCOUTS`` scouts, at one evaluation each; None where all of them find the density zero."""
    wide = _around_the_window(target), proposal._replace(root=FURTHER * proposal.root, degrees=CAUCHY)
    parts = [one.at(one.shaped(rng.standard_normal((SCOUTS // 2, one.normals)))) for one in wide]
    theta = np.concatenate(parts)
    with np.errstate(all="ignore"):
        log_target = np.nan_to_num(-target.value(theta), nan=-np.inf)
        own, *others = (one.log_density(one.coordinates(theta)) for one in (proposal, *wide))
        log_weight = log_target - np.logaddexp(*others)
        if not np.isfinite(log_weight.max()):
            return None
        return Scouts(theta, np.exp(log_weight - log_weight.max()), log_target - own)


def _around_the_window(target: Target) -> Proposal:
    box = bridge_to(target).base.box
    return Proposal(box.mean(axis=-1), np.diag((box[:, 1] - box[:, 0]) / 6), None, 0, "")


class Missed(NamedTuple):
    """What no draw speaks for: a share of the mass, and what that share adds to the mean and the variance ``(d,)``."""

    mass: float
    mean: Array
    variance: Array

    def in_standard_errors(self, estimate: Estimate) -> float:
        """The most that is missed, beside the estimate's own standard errors."""
        pairs = [
            (np.array([self.mass]), estimate.log_evidence_error),
            (np.abs(self.mean), estimate.mean_error),
            (self.variance, estimate.variance_error),
        ]
        with np.errstate(divide="ignore", invalid="ignore"):
            ratios = [part / error for part, error in pairs if error is not None]
        return float(np.nan_to_num(np.concatenate([[0.0], *ratios])).max())


def missed(scouts: Scouts, largest: float) -> Missed:
    """What lies where the weights are more than twice the largest that was drawn.

    Draws that cover the density have seen about the largest weight there is, and miss nothing. What lies where weights
    would be larger still is in no draw and in no spread of the draws, so no standard error knows of it, nor does k̂.

    Args:
        largest: ln of the largest weight among the draws.
    """
    share = scouts.weight / scouts.weight.sum()
    away = scouts.theta - share @ scouts.theta
    beyond = np.where(scouts.log_ratio > largest + TWICE, share, 0.0)
    return Missed(float(beyond.sum()), beyond @ away, beyond @ away**2)
