"""Random-walk Metropolis."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from app.core.inference import Sampler, SamplerInfo, SamplerState, Target
from app.core.interfaces import Array
from app.core.spec import Real, control
from app.samplers._metropolis import begin, decide


class RandomWalk(Sampler):
    """θ′ = θ + ε·z with z ~ N(0, I), taken with probability min(1, p̃(θ′)/p̃(θ)).

    Reference: Metropolis et al. 1953; on the best acceptance, Roberts, Gelman & Gilks 1997 (0.234 in many dimensions).
    """

    kind: Literal["random_walk"] = "random_walk"
    title = "Random-walk Metropolis"
    summary = "Propose a step in the dark, take it if it leads uphill, else by chance. Right, but slow to get around."
    reference = (
        "Metropolis et al. 1953, Equation of state calculations by fast computing machines, J. Chem. Phys. 21(6)"
    )
    formula = r"\theta' = \theta + \epsilon z, \quad \alpha = \min\left(1, \tilde p(\theta') / \tilde p(\theta)\right)"
    leaves_target_invariant: ClassVar[bool] = True

    step_size: Real = control(1.0, "Step size", symbol="ε", scale="log", slider=(0.01, 10.0), gt=0, le=1e6)

    def init(self, target: Target, theta: Array, rng: np.random.Generator) -> SamplerState:
        return begin(target, theta)

    def step(self, target: Target, state: SamplerState, rng: np.random.Generator) -> tuple[SamplerState, SamplerInfo]:
        proposal = state.theta + self.step_size * rng.standard_normal(state.theta.shape)
        log_density = -target.value(proposal)
        return decide(state, proposal, log_density, log_density - state.log_density, rng)
