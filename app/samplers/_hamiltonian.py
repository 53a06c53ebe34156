"""The template of Hamiltonian kernels with a fixed number of leapfrog steps."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

import numpy as np

from app.core.inference import SamplerInfo, SamplerState, Target, Trajectory
from app.core.interfaces import Array
from app.core.spec import Real, Whole, control
from app.samplers import _fields as fields
from app.samplers._leapfrog import BREAKDOWN, Phase, Stride, fresh_momentum, hamiltonian, leapfrog, stride
from app.samplers._metropolis import choose, here, moved, probability
from app.samplers._noise import uniform_like
from app.samplers._tuned import Scaled
from app.samplers._tuning import Tuning


class Launch(NamedTuple):
    """Where a trajectory begins, how far its steps go, and M⁻¹."""

    phase: Phase
    stride: Stride
    inverse_mass: Array


class Hamiltonian(Scaled):
    """r ~ N(0, M); L leapfrog steps of ε; taken with probability min(1, e^{H(θ, r) − H(θ′, r′)}).

    A subclass that is right changes nothing; the broken ones in :mod:`app.samplers.broken` change one line each.
    """

    needs_gradient: ClassVar[bool] = True

    step_size: Real = fields.step_size(0.5)
    steps: Whole = control(10, "Leapfrog steps", symbol="L", ge=1, le=1000, slider=(1, 50))
    jitter: Real = control(
        0.2, "Jitter", ge=0, lt=1, description="ε varies by this share, chain by chain, lest orbits close on themselves"
    )
    acceptance: Real = fields.wanted_acceptance(0.8)

    def launch(self, state: SamplerState, rng: np.random.Generator) -> Launch:
        """Momenta and step sizes of a step."""
        tuning, precision = Tuning(*state.memory), state.theta.dtype
        momentum = fresh_momentum(rng, state.theta, tuning.inverse_mass)
        step = tuning.step_size * self._varied(state.log_density, rng)
        inverse_mass = tuning.inverse_mass.astype(precision)
        along = stride(step.astype(precision), inverse_mass)
        return Launch(Phase(here(state), momentum), along, inverse_mass)

    def _varied(self, like: Array, rng: np.random.Generator) -> Array:
        """By how much each chain's ε differs, ``(chains, 1)``; one for all ``(1, 1)`` where there is no jitter."""
        if not self.jitter:
            return np.ones((1, 1), like.dtype)
        return np.asarray(1 + self.jitter * (2 * uniform_like(rng, like) - 1))[:, None]

    def step(self, target: Target, state: SamplerState, rng: np.random.Generator) -> tuple[SamplerState, SamplerInfo]:
        launch = self.launch(state, rng)
        end = self.integrate(target, launch)
        before, after = self.energies(launch, end)
        error = np.where(np.isnan(after), np.inf, after - before)
        acceptance = self.chance(before, after)
        accepted = uniform_like(rng, before) < acceptance
        to = choose(accepted, end.at, launch.phase.at)
        spent = np.full(len(accepted), self.steps)
        energy = np.where(accepted, after, before)
        info = SamplerInfo(to.log_density, accepted, acceptance, error > BREAKDOWN, spent, energy)
        return moved(state, to), info

    def integrate(self, target: Target, launch: Launch) -> Phase:
        """The end of the trajectory."""
        phase = launch.phase
        for _ in range(self.steps):
            phase = self.drive(target, phase, launch.stride)
        return phase

    def drive(self, target: Target, phase: Phase, along: Stride) -> Phase:
        """One step of the trajectory."""
        return leapfrog(target, phase, along)

    def energies(self, launch: Launch, end: Phase) -> tuple[Array, Array]:
        """H before and after."""
        return hamiltonian(launch.phase, launch.inverse_mass), hamiltonian(end, launch.inverse_mass)

    def chance(self, before: Array, after: Array) -> Array:
        """The probability with which the end is taken."""
        with np.errstate(invalid="ignore"):
            return probability(before - after)

    def gradients_per_step(self, dim: int) -> float:
        return float(self.steps)

    def trajectory(self, target: Target, state: SamplerState, rng: np.random.Generator) -> Trajectory:
        """The path that :meth:`step` takes with the same ``rng``, point by point; non-finite where it is lost."""
        launch = self.launch(state, rng)
        phases = [launch.phase]
        for _ in range(self.steps):
            phases.append(self.drive(target, phases[-1], launch.stride))
        energy = [hamiltonian(phase, launch.inverse_mass) for phase in phases]
        return Trajectory(np.stack([phase.at.theta for phase in phases]), np.stack(energy))
