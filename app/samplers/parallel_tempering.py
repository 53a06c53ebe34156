"""Parallel tempering."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from app.core.inference import Sampler, SamplerInfo, SamplerState, Target
from app.core.interfaces import Array
from app.core.spec import Real, Whole, control
from app.samplers import _fields as fields
from app.samplers._metropolis import Place, begin, moved, place, plain_info, probability


class ParallelTempering(Sampler):
    """Each chain has K replicas, of p̃^{β_k} with β from 1 down to β_min in a geometric ladder.

    A step moves every replica by random-walk Metropolis with ε/√β_k and then offers neighbours, even and odd pairs in
    turn, to swap: α = min(1, (p̃(θ_{k+1})/p̃(θ_k))^{β_k − β_{k+1}}). The replica at β = 1 is the chain; the hot ones see
    over the hills.

    Reference: Geyer 1991; Earl & Deem 2005, Parallel tempering, section 2; the alternation, Syed et al. 2022.
    """

    kind: Literal["parallel_tempering"] = "parallel_tempering"
    title: ClassVar[str] = "Parallel tempering"
    summary: ClassVar[str] = (
        "Hot copies roam, cold ones settle, neighbours swap: the way from one mode to another that local moves lack."
    )
    reference: ClassVar[str] = (
        "Earl & Deem 2005, Parallel tempering: theory, applications, and new perspectives, PCCP 7, section 2"
    )
    formula: ClassVar[str] = (
        r"\alpha = \min\left(1, \left(\frac{\tilde p(\theta_{k+1})}{\tilde p(\theta_k)}\right)"
        r"^{\beta_k - \beta_{k+1}}\right)"
    )

    step_size: Real = fields.step_size(1.0)
    replicas: Whole = control(6, "Replicas", symbol="K", ge=2, le=32, slider=(2, 16))
    hottest: Real = control(
        0.05, "Hottest", symbol="β_min", scale="log", gt=0, lt=1, description="the power of the density at the hot end"
    )

    def betas(self) -> Array:
        """β of each replica, ``(K,)``, from 1 to β_min."""
        return np.geomspace(1.0, self.hottest, self.replicas)

    def init(self, target: Target, theta: Array, rng: np.random.Generator) -> SamplerState:
        cold = begin(target, theta)
        hot = np.repeat(cold.theta[:, None], self.replicas - 1, axis=1)
        return cold._replace(memory=(hot, np.repeat(cold.log_density[:, None], self.replicas - 1, axis=1)))

    def step(self, target: Target, state: SamplerState, rng: np.random.Generator) -> tuple[SamplerState, SamplerInfo]:
        theta = np.concatenate([state.theta[:, None], state.memory[0]], axis=1)
        log_density = np.concatenate([state.log_density[:, None], state.memory[1]], axis=1)
        theta, log_density, accepted, acceptance = self._walked(target, theta, log_density, rng)
        theta, log_density = self._swapped(theta, log_density, state.t % 2, rng)
        to = Place(theta[:, 0], log_density[:, 0], state.gradient)
        following = moved(state, to)._replace(memory=(theta[:, 1:], log_density[:, 1:]))
        return following, plain_info(to, accepted, acceptance, self.replicas)

    def _walked(
        self, target: Target, theta: Array, log_density: Array, rng: np.random.Generator
    ) -> tuple[Array, Array, Array, Array]:
        """Every replica after a random-walk step; with the cold ones' fate."""
        betas = self.betas()
        stride = (self.step_size / np.sqrt(betas))[:, None]
        proposal = place(target, theta + stride * rng.standard_normal(theta.shape))
        acceptance = probability(betas * (proposal.log_density - log_density))
        taken = rng.random(acceptance.shape) < acceptance
        theta = np.where(taken[..., None], proposal.theta, theta)
        return theta, np.where(taken, proposal.log_density, log_density), taken[:, 0], acceptance[:, 0]

    def _swapped(self, theta: Array, log_density: Array, parity: int, rng: np.random.Generator) -> tuple[Array, Array]:
        """Neighbours that agree to change places."""
        cold = np.arange(parity, self.replicas - 1, 2)
        gain = -np.diff(self.betas())[cold] * (log_density[:, cold + 1] - log_density[:, cold])
        swap = rng.random(gain.shape) < probability(gain)
        order = np.broadcast_to(np.arange(self.replicas), log_density.shape).copy()
        order[:, cold] += swap
        order[:, cold + 1] -= swap
        rows = np.arange(len(order))[:, None]
        return theta[rows, order], log_density[rows, order]

    def gradients_per_step(self, dim: int) -> float:
        return float(self.replicas)
