"""A crowd led from the base to the target by a ladder of temperatures."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

import numpy as np

from app.core.inference import Estimate, Integrator, Target
from app.core.interfaces import Array
from app.core.spec import Whole, control
from app.integrators._population import Moved, move
from app.targets._bridge import Bridge, bridge_to

POWER = 4.0
"""βₖ = (k/K)⁴: close together near the base, where the misfit varies most (Friel & Pettitt 2008 take 4 to 5)."""


class Crowd(NamedTuple):
    """Between two rungs.

    Attributes:
        theta: ``(n, d)``.
        misfit: at θ, ``(n,)``.
        log_weights: ``(n,)``.
        record: what the subclass notes of each rung.
        evaluations: so far.
        acceptance: of the last rung's moves.
    """

    theta: Array
    misfit: Array
    log_weights: Array
    record: tuple[Array, ...]
    evaluations: int
    acceptance: float


class Ladder(Integrator):
    """β from 0 to 1 in ``rungs`` steps; at each, every point takes steps that leave base·e^{−β·misfit} as it is."""

    unbiased_evidence: ClassVar[bool] = True

    points: Whole = control(500, "Points", symbol="N", scale="log", ge=40, le=20_000, slider=(50, 5_000))
    rungs: Whole = control(40, "Temperatures", symbol="K", ge=2, le=500, slider=(5, 200))
    moves: Whole = control(4, "Moves", ge=1, le=100, slider=(1, 20), description="of each point at each temperature")

    def steps(self, target: Target) -> int:
        return self.rungs

    def evaluations(self, target: Target) -> float:
        return float(self.points * (1 + self.rungs * (self.moves + 2)))

    def beta(self, k: int) -> float:
        """βₖ."""
        return float((k / self.rungs) ** POWER)

    def init(self, target: Target, rng: np.random.Generator) -> Crowd:
        bridge = bridge_to(target)
        theta = bridge.draw(rng, self.points)
        misfit = misfits(bridge, theta)
        return Crowd(theta, misfit, np.zeros(self.points), (), self.points, 0.0)

    def moved(self, bridge: Bridge, crowd: Crowd, beta: float, rng: np.random.Generator) -> Crowd:
        """The crowd after its moves at β."""
        found: Moved = move(crowd.theta, lambda theta: -bridge.at(beta).value(theta), self.moves, rng)
        spent = crowd.evaluations + found.evaluations + len(found.theta)
        misfit = misfits(bridge, found.theta)
        return crowd._replace(theta=found.theta, misfit=misfit, evaluations=spent, acceptance=found.acceptance)

    def underway(self, crowd: Crowd, k: int) -> Estimate:
        """What there is to say before the last rung: how far it is."""
        facts: dict[str, Any] = {"beta": self.beta(k), "acceptance": crowd.acceptance}
        return Estimate(gradients=crowd.evaluations, diagnostics=facts)


def misfits(bridge: Bridge, theta: Array) -> Array:
    """The misfit where it is defined, +inf elsewhere."""
    with np.errstate(all="ignore"):
        values = bridge.misfit.value(theta)
    return np.where(np.isnan(values), np.inf, values)


def cooled(crowd: Crowd, step: float) -> Array:
    """ln w − Δβ·misfit."""
    return np.asarray(crowd.log_weights - step * crowd.misfit)
