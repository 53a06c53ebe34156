"""The independence sampler."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from app.core.inference import Sampler, SamplerInfo, SamplerState, Target
from app.core.interfaces import Array
from app.core.spec import Real, control
from app.samplers._langevin import log_proposal
from app.samplers._metropolis import begin, decide, place
from app.samplers._tuning import gathered, variances

BOX_DEVIATIONS = 12.0
"""The box of a target is about ± six standard deviations wide."""


class Independence(Sampler):
    """θ′ ~ q = N(m, s²·diag V) wherever the chain is, taken with probability min(1, w(θ′)/w(θ)), w = p̃/q.

    m and V come from the target's box, and from the draws of all chains once warm-up has seen some. Where w is
    unbounded, because q has lighter tails than p̃, a chain can stick for ever so long: keep s above 1.

    Reference: Tierney 1994, Markov chains for exploring posterior distributions, section 2.3.3; Mengersen & Tweedie
    1996 on the bound.
    """

    kind: Literal["independence"] = "independence"
    title: ClassVar[str] = "Independence sampler"
    summary: ClassVar[str] = (
        "Importance sampling as a chain: proposals never look at where it is. Sticks where the guess is too narrow."
    )
    reference: ClassVar[str] = (
        "Tierney 1994, Markov chains for exploring posterior distributions, Annals of Statistics 22(4), section 2.3.3"
    )
    formula: ClassVar[str] = r"\alpha = \min\left(1, \frac{w(\theta')}{w(\theta)}\right), \quad w = \tilde p / q"

    width: Real = control(1.5, "Width", symbol="s", gt=0, le=100, slider=(0.5, 5), description="in standard deviations")
    tune: bool = control(True, "Tune the guess", description="during warm-up, its mean and variances from the draws")

    def init(self, target: Target, theta: Array, rng: np.random.Generator) -> SamplerState:
        low, high = target.box.T
        guess = (low + high) / 2, ((high - low) / BOX_DEVIATIONS) ** 2, np.zeros((3, target.dim))
        return begin(target, theta, memory=guess)

    def step(self, target: Target, state: SamplerState, rng: np.random.Generator) -> tuple[SamplerState, SamplerInfo]:
        mean, variance, _ = state.memory
        scale = self.width * np.sqrt(variance)
        proposal = place(target, mean + scale * rng.standard_normal(state.theta.shape))
        log_weight = proposal.log_density - log_proposal(proposal.theta, mean, scale)
        return decide(state, proposal, log_weight - state.log_density + log_proposal(state.theta, mean, scale), rng)

    def adapt(self, state: SamplerState, info: SamplerInfo, t: int, of: int) -> SamplerState:
        """The moments of the draws of a window become those of q."""
        if not self.tune:
            return state
        mean, variance, before = state.memory
        moments, complete = gathered(before, state.theta, t, of)
        if complete:
            mean, variance, moments = moments[1], variances(moments), np.zeros_like(moments)
        return state._replace(memory=(mean, variance, moments))
