"""The unadjusted Langevin algorithm."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from app.core.inference import Sampler, SamplerInfo, SamplerState, Target
from app.core.interfaces import Array
from app.core.spec import Real
from app.samplers import _fields as fields
from app.samplers._langevin import drifted, langevin_variance, uncorrected
from app.samplers._metropolis import begin, here


class Ula(Sampler):
    """θ′ = θ + ½ε²∇ ln p̃(θ) + εz, always taken.

    On N(0, 1/ω²) it settles at the variance 1/(ω²(1 − ε²ω²/4)) for ε < 2/ω, and nowhere beyond.

    Reference: Roberts & Tweedie 1996, section 1.4.1; Parisi 1981.
    """

    kind: Literal["ula"] = "ula"
    title: ClassVar[str] = "Unadjusted Langevin"
    summary: ClassVar[str] = (
        "Gradient ascent with noise, and no accept step: fast, and too wide by an amount that grows with the step."
    )
    reference: ClassVar[str] = (
        "Roberts & Tweedie 1996, Exponential convergence of Langevin distributions, Bernoulli 2(4), section 1.4.1"
    )
    formula: ClassVar[str] = (
        r"\theta' = \theta + \tfrac{\epsilon^2}{2}\nabla\ln\tilde p(\theta) + \epsilon z, \quad z \sim \mathcal N(0, I)"
    )
    leaves_target_invariant: ClassVar[bool] = False
    needs_gradient: ClassVar[bool] = True

    step_size: Real = fields.step_size(0.5)

    def init(self, target: Target, theta: Array, rng: np.random.Generator) -> SamplerState:
        return begin(target, theta, with_gradient=True)

    def step(self, target: Target, state: SamplerState, rng: np.random.Generator) -> tuple[SamplerState, SamplerInfo]:
        noise = self.step_size * rng.standard_normal(state.theta.shape)
        return uncorrected(target, state, drifted(here(state), self.step_size) + noise)

    def gaussian_variance(self, frequency: float) -> float | None:
        """The variance it settles at on N(0, 1/ω²); None where it does not settle."""
        return langevin_variance(self.step_size, frequency)
