"""Stochastic gradient Langevin dynamics."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from app.core.inference import SamplerInfo, SamplerState, Target
from app.core.spec import Real, control
from app.samplers import _fields as fields
from app.samplers._langevin import langevin_variance
from app.samplers._stochastic import NoisyGradient


class Sgld(NoisyGradient):
    """θ′ = θ + ½ε_t²ĝ(θ) + ε_t z with ε_t² = ε²(1 + t/b)^{−γ}, ĝ a mini-batch's gradient, or one with made-up noise.

    The noise of the gradient fades as ε⁴ while the noise that is wanted fades as ε², so that with ½ < γ ≤ 1 the chain
    becomes exact, ever more slowly. With γ = 0 it is biased. With made-up noise it settles at variance
    (1 + ε²σ²/4)/(ω²(1 − ε²ω²/4)) on N(0, 1/ω²). With mini-batches of a linear model, ĝ(θ) = Â(m − θ) + ĝ(m), it settles
    around the right mean m with the covariance V = E[(I − ½ε²Â)V(I − ½ε²Â)ᵀ] + ε²I + ¼ε⁴ Cov ĝ(m): wider than the
    posterior unless ¼ε² Cov ĝ(m) is small beside I.

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
    gradient_noise: Real = fields.gradient_noise(1.0)
    decay: Real = control(
        0.0, "Decay", symbol="γ", ge=0, le=1, description="0 keeps the step; above ½ the bias fades in the end"
    )
    delay: Real = control(100.0, "Delay", symbol="b", scale="log", gt=0, le=1e6, description="steps before it decays")

    def step_size_at(self, t: int) -> float:
        """ε_t."""
        return float(self.step_size * (1 + t / self.delay) ** (-self.decay / 2))

    def step(self, target: Target, state: SamplerState, rng: np.random.Generator) -> tuple[SamplerState, SamplerInfo]:
        step_size = self.step_size_at(state.t)
        drift = 0.5 * step_size**2 * self.estimated(target, state, rng)
        return self.gone(target, state, state.theta + drift + step_size * rng.standard_normal(state.theta.shape))

    def gaussian_variance(self, frequency: float) -> float | None:
        """The variance it settles at on N(0, 1/ω²) without mini-batches: the target's with decay, None: nowhere."""
        if self.decay > 0:
            return 1 / frequency**2
        return langevin_variance(self.step_size, frequency, noise=self.gradient_noise)
