"""Random-walk Metropolis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np

from app.core.calls import carry_out
from app.core.inference import SamplerInfo, SamplerState, Steps, Streams, Target
from app.core.spec import Real
from app.samplers import _fields as fields
from app.samplers._metropolis import decide, place
from app.samplers._noise import normal_like
from app.samplers._trail import Trail
from app.samplers._tuned import Scaled
from app.samplers._tuning import Tuning
from app.targets._sweeps import Place, sweep_of


class RandomWalk(Scaled):
    """θ′ = θ + ε·M^{−½}z with z ~ N(0, I), taken with probability min(1, p̃(θ′)/p̃(θ)); M⁻¹ = I until it is tuned.

    Reference: Metropolis et al. 1953; on the best acceptance, Roberts, Gelman & Gilks 1997 (0.234 in many dimensions).
    """

    kind: Literal["random_walk"] = "random_walk"
    title: ClassVar[str] = "Random-walk Metropolis"
    summary: ClassVar[str] = (
        "Propose a step in the dark, take it if it leads uphill, else by chance. Right, but slow to get around."
    )
    reference: ClassVar[str] = (
        "Metropolis et al. 1953, Equation of state calculations by fast computing machines, J. Chem. Phys. 21(6)"
    )
    formula: ClassVar[str] = (
        r"\theta' = \theta + \epsilon z, \quad \alpha = \min\left(1, \tilde p(\theta') / \tilde p(\theta)\right)"
    )

    acceptance: Real = fields.wanted_acceptance(0.3)

    def step(self, target: Target, state: SamplerState, rng: np.random.Generator) -> tuple[SamplerState, SamplerInfo]:
        tuning = Tuning(*state.memory)
        theta = normal_like(rng, state.theta)
        theta *= (tuning.step_size * np.sqrt(tuning.inverse_mass)).astype(theta.dtype)
        theta += state.theta
        proposal = place(target, theta)
        return decide(state, proposal, proposal.log_density - state.log_density, rng)

    def walk(
        self, target: Target, state: SamplerState, streams: Streams, steps: int, of: int = 0, cuts: Sequence[int] = ()
    ) -> tuple[SamplerState, Steps]:
        """The same steps to the last bit, in place, once nothing is tuned."""
        if self.tunes(state.t, of):
            return super().walk(target, state, streams, steps, of)
        trail, dim = Trail(state, streams, steps, cuts), target.dim
        tuning = Tuning(*state.memory)
        scales = (tuning.step_size * np.sqrt(tuning.inverse_mass)).astype(state.theta.dtype)[:, None]
        theta, energy = trail.proposal[:dim], trail.proposal[dim]
        value = sweep_of(target, Place.beside(theta)._replace(value=energy)).value
        with np.errstate(all="ignore"):
            for part, (jumps, chances) in trail.noise():
                jumps *= scales
                now, ratios = trail.rows[part], trail.log_ratio[part]
                columns = now[:, :dim], now[:, dim], jumps, chances, ratios, trail.ways(part)
                for place, height, jump, chance, ratio, way in zip(*columns, strict=True):
                    np.add(place, jump, theta)
                    carry_out(value)
                    np.subtract(height, energy, ratio)
                    trail.decide(way, ratio, chance)
        return trail.walked(1)
