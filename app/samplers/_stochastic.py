"""What kernels share whose gradient is noisy: by mini-batches of the target's examples, or made up."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from app.core.inference import Sampler, SamplerInfo, SamplerState, Target
from app.core.interfaces import Array
from app.core.spec import Real, Whole, control
from app.samplers import _fields as fields
from app.samplers._langevin import uncorrected
from app.samplers._metropolis import begin
from app.targets._batches import mini_batches


class NoisyGradient(Sampler):
    """Steps along ĝ(θ), an unbiased estimate of ∇ ln p̃(θ).

    With ``batch_size`` n it is ∇ ln prior + (N/n) Σ_batch ∇ ln p(xᵢ|θ), n of the N examples without replacement, drawn
    anew at every step; with n = N it is exact. Without, it is ∇ ln p̃ + σξ, ξ ~ N(0, I).

    With mini-batches a step costs the gradient of n examples; it is charged as two evaluations, since the density is
    evaluated in full for the viewer.
    """

    leaves_target_invariant: ClassVar[bool] = False
    needs_gradient: ClassVar[bool] = True

    step_size: Real = fields.step_size(0.5)
    gradient_noise: Real = fields.gradient_noise(0.0)
    batch_size: Whole | None = control(
        None,
        "Mini-batches",
        symbol="n",
        scale="log",
        ge=1,
        le=100_000,
        slider=(1, 128),
        description="examples a step, of a regression or a Bayesian network; null: the made-up noise σ instead",
    )
    shared_batches: bool = control(
        False,
        "Shared batches",
        description="all chains see the same examples at a step: faster, but chains then err together",
    )

    def init(self, target: Target, theta: Array, rng: np.random.Generator) -> SamplerState:
        if self.batch_size is not None:
            mini_batches(target, self.batch_size, self._rows(theta))
        return begin(target, theta, with_gradient=self.batch_size is None)

    def estimated(self, target: Target, state: SamplerState, rng: np.random.Generator) -> Array:
        """ĝ at every chain, ``(chains, d)``."""
        if self.batch_size is None:
            return state.gradient + self.gradient_noise * rng.standard_normal(state.theta.shape)
        rows = self._rows(state.theta)
        batches = mini_batches(target, self.batch_size, rows)
        with np.errstate(all="ignore"):
            return batches.gradient(state.theta, batches.indices(self.batch_size, rows, rng))

    def _rows(self, theta: Array) -> int:
        """How many different batches a step takes."""
        return 1 if self.shared_batches else len(theta)

    def gone(self, target: Target, state: SamplerState, proposal: Array) -> tuple[SamplerState, SamplerInfo]:
        """To ``proposal`` without an accept step."""
        if self.batch_size is None:
            return uncorrected(target, state, proposal)
        following, info = uncorrected(target, state, proposal, with_gradient=False)
        return following, info._replace(gradients=info.gradients + 1)

    def gradients_per_step(self, dim: int) -> float:
        return 1.0 if self.batch_size is None else 2.0
