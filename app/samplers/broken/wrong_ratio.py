"""MALA that takes its proposal for symmetric."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from app.core.inference import SamplerInfo, SamplerState, Target
from app.core.spec import Real
from app.samplers import _fields as fields
from app.samplers._langevin import drifted
from app.samplers._metropolis import decide, here, place_with_gradient
from app.samplers._tuned import Tuned
from app.samplers._tuning import Tuning
from app.samplers.broken._base import BrokenSampler


class WrongRatio(BrokenSampler, Tuned):
    """α = min(1, p̃(θ′)/p̃(θ)) although q(θ|θ′) ≠ q(θ′|θ): uphill counts twice, the result is too narrow."""

    kind: Literal["wrong_ratio"] = "wrong_ratio"
    title: ClassVar[str] = "Wrong ratio"
    summary: ClassVar[str] = (
        "MALA without the ratio of its proposals: converges quickly, to a density that is too narrow."
    )
    reference: ClassVar[str] = "Hastings 1970, Biometrika 57(1): what his correction is for"
    formula: ClassVar[str] = r"\alpha = \min\left(1, \tilde p(\theta') / \tilde p(\theta)\right)"
    broken: ClassVar[str] = "The acceptance leaves out the ratio of the proposal densities, which are not symmetric."
    repaired: ClassVar[str] = "mala"
    needs_gradient: ClassVar[bool] = True

    step_size: Real = fields.step_size(1.0)
    tune: bool = fields.tuned(False)
    acceptance: Real = fields.wanted_acceptance(0.574)

    def step(self, target: Target, state: SamplerState, rng: np.random.Generator) -> tuple[SamplerState, SamplerInfo]:
        step_size = Tuning(*state.memory).step_size
        noise = step_size * rng.standard_normal(state.theta.shape)
        proposal = place_with_gradient(target, drifted(here(state), step_size) + noise)
        return decide(state, proposal, proposal.log_density - state.log_density, rng)
