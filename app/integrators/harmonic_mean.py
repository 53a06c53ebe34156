"""The harmonic mean estimator: a failure, on show."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np

from app.core.inference import Estimate, Integrator, Target
from app.core.interfaces import Array
from app.core.spec import Whole
from app.integrators._annealing import misfits
from app.integrators._independent import PIECE, samples_control
from app.integrators._population import move
from app.integrators._reliability import tail_shape
from app.integrators._weights import log_mean
from app.targets._bridge import bridge_to

SETTLE = 200
CROWD = 200
APART = 10


class Visits(NamedTuple):
    """The crowd that walks the posterior, its draws so far, and their misfits."""

    crowd: Array
    theta: tuple[Array, ...]
    misfit: tuple[Array, ...]
    evaluations: int


class HarmonicMean(Integrator):
    """1/Z = E_posterior[1/L]: true, and useless, since the draws that matter are those that never come.

    The variance of 1/L is infinite wherever the prior is wider than the posterior, so that the standard error printed
    beside it means nothing. Watch Pareto k̂, and how it repeats itself calmly while it is wrong.

    Reference: Newton & Raftery 1994; Neal 2008, "The harmonic mean of the likelihood: worst Monte Carlo method ever".
    """

    kind: Literal["harmonic_mean"] = "harmonic_mean"
    title = "Harmonic mean (a failure)"
    summary = "A labelled failure: it needs nothing but posterior draws, converges to the truth, and never arrives."
    reference = "Newton & Raftery 1994, JRSS B 56(1), section 7; Neal 2008, The worst Monte Carlo method ever"
    formula = r"\frac1Z \approx \frac1N \sum_{i=1}^N \frac{1}{L(\theta_i)}, \quad \theta_i \sim p(\theta \mid D)"
    trustworthy: ClassVar[bool] = False

    samples: Whole = samples_control()

    def steps(self, target: Target) -> int:
        return -(-self.samples // PIECE)

    def evaluations(self, target: Target) -> float:
        return float(CROWD * SETTLE + (1 + APART) * self.samples)

    def init(self, target: Target, rng: np.random.Generator) -> Visits:
        crowd = move(bridge_to(target).draw(rng, CROWD), lambda theta: -target.value(theta), SETTLE, rng)
        return Visits(crowd.theta, (), (), crowd.evaluations)

    def step(self, target: Target, state: Any, t: int, rng: np.random.Generator) -> tuple[Any, Estimate]:
        bridge = bridge_to(target)
        crowd, theta, spent = state.crowd, [], state.evaluations
        for _ in range(-(-min(PIECE, self.samples - t * PIECE) // CROWD)):
            moved = move(crowd, lambda theta: -target.value(theta), APART, rng)
            crowd, spent = moved.theta, spent + moved.evaluations
            theta.append(crowd)
        visited = np.concatenate(theta)
        state = Visits(crowd, (*state.theta, visited), (*state.misfit, misfits(bridge, visited)), spent)
        return state, _estimate(state)

    def draws(self, target: Target, state: Any, rng: np.random.Generator, count: int) -> Array | None:
        every = np.concatenate(state.theta)
        return np.asarray(every[rng.integers(len(every), size=count)])


def _estimate(state: Visits) -> Estimate:
    theta, misfit = np.concatenate(state.theta), np.concatenate(state.misfit)
    log_inverse, error = log_mean(misfit)
    tail = tail_shape(misfit)
    facts: dict[str, Any] = {"note": "a labelled failure: its standard error means nothing"}
    if tail is not None:
        facts["pareto_k"] = tail.k
    return Estimate(
        log_evidence=-log_inverse,
        mean=theta.mean(axis=0),
        variance=theta.var(axis=0, ddof=1),
        log_evidence_error=error,
        gradients=state.evaluations,
        diagnostics=facts,
    )
