"""Stochastic gradient Langevin dynamics."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from app.core.inference import Sampler, SamplerInfo, SamplerState, Target
from app.core.interfaces import Array
from app.core.spec import Real, control
from app.samplers import _fields as fields
from app.samplers._langevin import drifted, langevin_variance, uncorrected
from app.samplers._metropolis import begin, here


class Sgld(Sampler):
    """θ′ = θ + ½ε_t²(∇ ln p̃(θ) + σξ) + ε_t z with ε_t² = ε²(1 + t/b)^{−γ}: the gradient is noisy, as a mini-batch's is.

    The noise of the gradient fades as ε⁴ while the noise that is wanted fades as ε², so that with ½ < γ ≤ 1 the chain
    becomes exact, ever more slowly; with γ = 0 it settles at variance (1 + ε²σ²/4)/(ω²(1 − ε²ω²/4)) on N(0, 1/ω²).

    Reference: Welling & Teh 2011, Bayesian learning via stochastic gradient Langevin dynamics, equation 4. ε there is
    our ε².
    """

    kind: Literal["sgld"] = "sgld"
    title: ClassVar[str] = "SGLD"
    summary: ClassVar[str] = (
        "SGD with so much noise added that it wanders over the posterior instead of settling; wider than it should."
    )
    reference: ClassVar[str] = (
        "Welling & Teh 2011, Bayesian learning via stochastic gradient Langevin dynamics, ICML, equation 4"
    )
    formula: ClassVar[str] = (
        r"\theta' = \theta + \tfrac{\epsilon_t^2}{2}\,\widehat{\nabla\ln\tilde p}(\theta) + \epsilon_t z, \quad "
        r"\epsilon_t^2 = \epsilon^2 (1 + t/b)^{-\gamma}"
    )
    leaves_target_invariant: ClassVar[bool] = False
    needs_gradient: ClassVar[bool] = True

    step_size: Real = fields.step_size(0.5)
    gradient_noise: Real = control(
        1.0, "Gradient noise", symbol="σ", ge=0, le=1e6, slider=(0, 10), description="standard deviation per coordinate"
    )
    decay: Real = control(
        0.0, "Decay", symbol="γ", ge=0, le=1, description="0 keeps the step; above ½ the bias fades in the end"
    )
    delay: Real = control(100.0, "Delay", symbol="b", scale="log", gt=0, le=1e6, description="steps before it decays")

    def init(self, target: Target, theta: Array, rng: np.random.Generator) -> SamplerState:
        return begin(target, theta, with_gradient=True)

    def step_size_at(self, t: int) -> float:
        """ε_t."""
        return float(self.step_size * (1 + t / self.delay) ** (-self.decay / 2))

    def step(self, target: Target, state: SamplerState, rng: np.random.Generator) -> tuple[SamplerState, SamplerInfo]:
        step_size = self.step_size_at(state.t)
        error, noise = rng.standard_normal((2, *state.theta.shape))
        drift = drifted(here(state), step_size) + 0.5 * step_size**2 * self.gradient_noise * error
        return uncorrected(target, state, drift + step_size * noise)

    def gaussian_variance(self, frequency: float) -> float | None:
        """The variance it settles at on N(0, 1/ω²): that of the target with decay, None where it does not settle."""
        if self.decay > 0:
            return 1 / frequency**2
        return langevin_variance(self.step_size, frequency, noise=self.gradient_noise)
