"""The No-U-Turn sampler."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from app.core.inference import SamplerInfo, SamplerState, Target
from app.core.spec import Real, Whole, control
from app.samplers import _fields as fields
from app.samplers._leapfrog import Phase, fresh_momentum, hamiltonian
from app.samplers._metropolis import here, moved
from app.samplers._trees import Field
from app.samplers._tuned import Scaled
from app.samplers._tuning import Tuning
from app.samplers._walk import Walk

TYPICAL_DEPTH = 5


class Nuts(Scaled):
    """Trajectories that double, forward or backward in time, until they turn back; a point of them by its weight.

    Within a doubling points are drawn by their weights e^{−H} (multinomial); between doublings the newer half is
    favoured (biased progressive sampling). Turns are judged by the generalised criterion.

    Reference: Hoffman & Gelman 2014, The No-U-Turn sampler, JMLR 15; Betancourt 2017, A conceptual introduction to
    Hamiltonian Monte Carlo, appendix A.
    """

    kind: Literal["nuts"] = "nuts"
    title: ClassVar[str] = "No-U-Turn sampler"
    summary: ClassVar[str] = (
        "Hamiltonian Monte Carlo that finds its own path length: it slides until it would turn back."
    )
    reference: ClassVar[str] = (
        "Hoffman & Gelman 2014, The No-U-Turn sampler, JMLR 15; multinomial as in Betancourt 2017, appendix A"
    )
    formula: ClassVar[str] = (
        r"P(\theta', r') \propto e^{-H(\theta', r')} \text{ on the trajectory, until } "
        r"\Big(\sum r\Big)^{\top} M^{-1} r_{\pm} \le 0"
    )
    needs_gradient: ClassVar[bool] = True

    step_size: Real = fields.step_size(0.5)
    acceptance: Real = fields.wanted_acceptance(0.8)
    max_depth: Whole = control(8, "Most doublings", ge=1, le=12, description="at most 2 to this power steps")

    def step(self, target: Target, state: SamplerState, rng: np.random.Generator) -> tuple[SamplerState, SamplerInfo]:
        tuning = Tuning(*state.memory)
        momentum = fresh_momentum(rng, state.theta, tuning.inverse_mass)
        root = Phase(here(state), momentum)
        field = Field(target, tuning.step_size, tuning.inverse_mass, hamiltonian(root, tuning.inverse_mass))
        walk = Walk(field, root)
        for depth in range(self.max_depth):
            if not walk.growing.size:
                break
            walk.double(depth, rng)
        to = walk.chosen
        accepted = np.ones(len(momentum), dtype=bool)
        acceptance = walk.acceptance_sum / walk.leaves
        info = SamplerInfo(to.log_density, accepted, acceptance, walk.broken, walk.leaves, walk.energy)
        return moved(state, to), info

    def gradients_per_step(self, dim: int) -> float:
        """2⁵ − 1 where so many are allowed: what a tuned trajectory of a well-conditioned target takes."""
        return 2.0 ** min(self.max_depth, TYPICAL_DEPTH) - 1
