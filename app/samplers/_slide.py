"""Hamiltonian Monte Carlo of all chains in place, in velocities: what a leapfrog step drifts is then added as it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from app.core.inference import SamplerState, Steps, Target
from app.core.interfaces import Array
from app.samplers._leapfrog import BREAKDOWN
from app.samplers._trail import Trail
from app.samplers._tuning import Tuning
from app.targets._energies import gradient_of


class Kick(NamedTuple):
    """One step's randomness ``(d, chains)``: v = εM⁻¹r, ε√M⁻¹, ε²M⁻¹ and half of it; and ``(chains,)``: ½rᵀM⁻¹r and
    a uniform number."""

    velocity: Array
    speed: Array
    bend: Array
    half: Array
    kinetic: Array
    uniform: Array


def slid(
    target: Target, state: SamplerState, rng: np.random.Generator, steps: int, leapfrogs: int, jitter: float
) -> tuple[SamplerState, Steps]:
    """So many steps of so many leapfrog steps each: up to rounding those of Hamiltonian Monte Carlo one by one.

    v ← v + ½ε²M⁻¹∇ ln p̃(θ), θ ← θ + v, v ← v + ½ε²M⁻¹∇ ln p̃(θ), two half kicks between drifts in one.
    """
    trail = Trail(state, steps)
    d = trail.dim
    before, after = np.empty((2, *trail.accepted.shape), trail.rows.dtype)
    log_density = trail.proposal[d]
    with np.errstate(all="ignore"):
        for i, kick in enumerate(_kicks(trail, rng, Tuning(*state.memory), jitter)):
            _slide(target, trail.rows[i], trail.proposal, kick, leapfrogs)
            np.subtract(kick.kinetic, trail.rows[i, d], out=before[i])
            np.subtract(_kinetic(kick), log_density, out=after[i])
            trail.decide(i, before[i] - after[i], kick.uniform)
        error = np.where(np.isnan(after), np.inf, after - before)
        energy = np.where(trail.accepted, after, before)
    return trail.walked(leapfrogs, divergent=error > BREAKDOWN, energy=energy)


def _kicks(trail: Trail, rng: np.random.Generator, tuning: Tuning, jitter: float) -> Iterator[Kick]:
    chains = trail.accepted[0].size
    root = np.empty((trail.dim, chains), trail.rows.dtype)
    root[...] = tuning.step_size * np.sqrt(tuning.inverse_mass)[:, None]
    for _, (velocity, varied, uniform) in trail.noise(rng, chains if jitter else 1, chains):
        kinetic = 0.5 * np.einsum("ndc,ndc->nc", velocity, velocity)
        speed = root * (1 + jitter * (2 * varied[:, None] - 1)) if jitter else root[None]
        velocity *= speed
        bend = speed * speed
        paces = (np.broadcast_to(pace, velocity.shape) for pace in (speed, bend, 0.5 * bend))
        yield from map(Kick, velocity, *paces, kinetic, uniform)


def _slide(target: Target, now: Array, to: Array, kick: Kick, leapfrogs: int) -> None:
    """Write the end of the trajectory into ``to``; ``kick.velocity`` becomes the velocity there."""
    velocity, d, gradient = kick.velocity, len(kick.velocity), gradient_of(target)
    theta, uphill = to[:d], to[d + 1 :]
    part = kick.half * now[d + 1 :]
    velocity += part
    np.add(now[:d], velocity, out=theta)
    for _ in range(leapfrogs - 1):
        velocity -= np.multiply(kick.bend, gradient(theta.T).T, out=part)
        theta += velocity
    value, downhill = target.value_and_gradient(theta.T)
    np.negative(value, out=to[d])
    np.negative(downhill.T, out=uphill)
    velocity += np.multiply(kick.half, uphill, out=part)


def _kinetic(kick: Kick) -> Array:
    """½rᵀM⁻¹r of the velocity, which is overwritten."""
    scaled = np.divide(kick.velocity, kick.speed, out=kick.velocity)
    scaled *= scaled
    energy = scaled.sum(axis=0)
    energy *= 0.5
    return np.asarray(energy)
