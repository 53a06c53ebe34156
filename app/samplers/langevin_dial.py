"""One dial from descent to sampling."""

from __future__ import annotations

from typing import ClassVar, Literal, Self

import numpy as np
from pydantic import model_validator

from app.core.inference import SamplerInfo, SamplerState, Target
from app.core.spec import Real, control
from app.samplers import _fields as fields
from app.samplers._langevin import drifted, langevin_variance, log_proposal
from app.samplers._metropolis import decide, place_with_gradient
from app.samplers._stochastic import NoisyGradient


class LangevinDial(NoisyGradient):
    """θ′ = θ + ½ε²ĝ(θ) + ε√τ·z, corrected by an accept step or not; ĝ of a mini-batch, or ∇ ln p̃(θ) + σξ.

    τ = 0, σ = 0: gradient descent with learning rate ½ε². τ = 0, noisy: SGD. τ = 1, noisy: SGLD. τ = 1, σ = 0:
    unadjusted Langevin. Corrected: MALA, which at other temperatures samples p̃^{1/τ}. On N(0, 1/ω²) the variance is
    (τ + ε²σ²/4)/(ω²(1 − ε²ω²/4)), and τ/ω² corrected.

    Reference: Welling & Teh 2011; Mandt, Hoffman & Blei 2017, Stochastic gradient descent as approximate Bayesian
    inference, section 3; Roberts & Tweedie 1996.
    """

    kind: Literal["langevin_dial"] = "langevin_dial"
    title: ClassVar[str] = "Optimiser-to-sampler dial"
    summary: ClassVar[str] = (
        "The same step with more and more noise: gradient descent, SGD, SGLD, Langevin; an accept step makes it MALA."
    )
    reference: ClassVar[str] = (
        "Mandt, Hoffman & Blei 2017, Stochastic gradient descent as approximate Bayesian inference, JMLR 18, section 3"
    )
    formula: ClassVar[str] = (
        r"\theta' = \theta + \tfrac{\epsilon^2}{2}\,\widehat{\nabla\ln\tilde p}(\theta) + \epsilon\sqrt{\tau}\,z"
    )

    temperature: Real = control(
        0.5, "Temperature", symbol="τ", ge=0, le=10, slider=(0, 1), description="0 descends, 1 samples"
    )
    gradient_noise: Real = fields.gradient_noise(0.0)
    corrected: bool = control(False, "Accept step", description="refuse as MALA does; needs noise-free gradients")

    @model_validator(mode="after")
    def _correctable(self) -> Self:
        if self.corrected and (self.gradient_noise or self.batch_size is not None or not self.temperature):
            raise ValueError(
                f"an accept step needs gradient_noise 0 (not {self.gradient_noise}), no batch_size (not "
                f"{self.batch_size}) and a temperature above 0 (not {self.temperature}); change them, or set corrected "
                "to false"
            )
        return self

    def step(self, target: Target, state: SamplerState, rng: np.random.Generator) -> tuple[SamplerState, SamplerInfo]:
        centre = state.theta + 0.5 * self.step_size**2 * self.estimated(target, state, rng)
        wandered = centre + self._spread * rng.standard_normal(centre.shape)
        if not self.corrected:
            return self.gone(target, state, wandered)
        proposal = place_with_gradient(target, wandered)
        back = log_proposal(state.theta, drifted(proposal, self.step_size), self._spread)
        forth = log_proposal(wandered, centre, self._spread)
        gain = (proposal.log_density - state.log_density) / self.temperature
        return decide(state, proposal, gain + back - forth, rng)

    @property
    def keeps_target(self) -> bool:
        """Corrected at temperature 1 it is MALA."""
        return self.corrected and self.temperature == 1

    @property
    def _spread(self) -> float:
        """ε√τ."""
        return float(self.step_size * np.sqrt(self.temperature))

    def gaussian_variance(self, frequency: float) -> float | None:
        """The variance it settles at on N(0, 1/ω²) without mini-batches; None where it does not settle."""
        if self.corrected:
            return self.temperature / frequency**2
        return langevin_variance(self.step_size, frequency, self.temperature, self.gradient_noise)
