"""The Metropolis-adjusted Langevin algorithm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np

from app.core.inference import SamplerInfo, SamplerState, Steps, Streams, Target
from app.core.spec import Real
from app.samplers import _fields as fields
from app.samplers._langevin import drifted, log_proposal
from app.samplers._metropolis import decide, here, place_with_gradient
from app.samplers._noise import normal_like
from app.samplers._slide import slid_along
from app.samplers._trail import Trail
from app.samplers._tuned import Tuned
from app.samplers._tuning import Tuning


class Mala(Tuned):
    """θ′ = θ + ½ε²∇ ln p̃(θ) + εz, taken with probability min(1, p̃(θ′)q(θ|θ′) / p̃(θ)q(θ′|θ)).

    The proposal is not symmetric, so its ratio q(θ|θ′)/q(θ′|θ) belongs to the acceptance.

    Reference: Roberts & Tweedie 1996, Exponential convergence of Langevin distributions and their discrete
    approximations, section 1.4.2; on the best acceptance, Roberts & Rosenthal 1998 (0.574 in many dimensions).
    """

    kind: Literal["mala"] = "mala"
    title: ClassVar[str] = "MALA"
    summary: ClassVar[str] = "A noisy step uphill, and a coin that refuses just often enough to make it exact."
    reference: ClassVar[str] = (
        "Roberts & Tweedie 1996, Exponential convergence of Langevin distributions, Bernoulli 2(4), section 1.4.2"
    )
    formula: ClassVar[str] = (
        r"\theta' = \theta + \tfrac{\epsilon^2}{2}\nabla\ln\tilde p(\theta) + \epsilon z, \quad "
        r"\alpha = \min\left(1, \frac{\tilde p(\theta')\,q(\theta\mid\theta')}{\tilde p(\theta)\,q(\theta'\mid\theta)}"
        r"\right)"
    )
    needs_gradient: ClassVar[bool] = True

    step_size: Real = fields.step_size(0.5)
    acceptance: Real = fields.wanted_acceptance(0.574)

    def step(self, target: Target, state: SamplerState, rng: np.random.Generator) -> tuple[SamplerState, SamplerInfo]:
        step_size = Tuning(*state.memory).step_size.astype(state.theta.dtype)
        forth = drifted(here(state), step_size)
        proposal = place_with_gradient(target, forth + step_size * normal_like(rng, state.theta))
        back = drifted(proposal, step_size)
        with np.errstate(all="ignore"):
            log_ratio = (
                proposal.log_density
                - state.log_density
                + log_proposal(state.theta, back, step_size)
                - log_proposal(proposal.theta, forth, step_size)
            )
        return decide(state, proposal, log_ratio, rng)

    def walk(
        self, target: Target, state: SamplerState, streams: Streams, steps: int, of: int = 0, cuts: Sequence[int] = ()
    ) -> tuple[SamplerState, Steps]:
        """In place once nothing is tuned; up to rounding the same steps, each a trajectory of one leapfrog step.

        Reference: Neal 2011, MCMC using Hamiltonian dynamics, section 5.2.
        """
        if self.tunes(state.t, of):
            return super().walk(target, state, streams, steps, of)
        trail = Trail(state, streams, steps, cuts)
        slid_along(target, trail, leapfrogs=1)
        return trail.walked(1)
