"""Hamiltonian Monte Carlo of all chains in place, in velocities: what a leapfrog step drifts is then added as it is."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from typing import NamedTuple

import numpy as np

from app.core.inference import SamplerState, Steps, Target
from app.core.interfaces import Array
from app.core.memory import aligned
from app.samplers._leapfrog import BREAKDOWN
from app.samplers._trail import Trail
from app.samplers._tuning import Tuning
from app.targets._sweeps import sweep_of


class Pace(NamedTuple):
    """How all chains go, ``(d, chains)``: ε²M⁻¹, half of it, and √½/(ε√M⁻¹), which makes ½rᵀM⁻¹r of a velocity."""

    bend: Array
    half: Array
    slow: Array


def slid(
    target: Target, state: SamplerState, rng: np.random.Generator, steps: int, leapfrogs: int, jitter: float
) -> tuple[SamplerState, Steps]:
    """So many steps of so many leapfrog steps each: up to rounding those of Hamiltonian Monte Carlo one by one.

    v ← v + ½ε²M⁻¹∇ ln p̃(θ), θ ← θ + v, v ← v + ½ε²M⁻¹∇ ln p̃(θ), two half kicks between drifts in one.
    """
    trail = Trail(state, steps)
    before, after = aligned((2, *trail.accepted.shape), trail.rows.dtype)
    slide = Slide(target, trail, leapfrogs)
    with np.errstate(all="ignore"):
        for part, kicks, chances in _kicks(trail, rng, Tuning(*state.memory), jitter, before):
            columns = trail.rows[part], kicks, before[part], after[part], trail.log_ratio[part], chances
            for now, (velocity, pace), start, end, ratio, chance, way in zip(*columns, trail.ways(part), strict=True):
                slide.go(now, velocity, pace)
                slide.arrive(velocity, pace, end)
                np.add(start, now[trail.dim], start)
                np.subtract(start, end, ratio)
                trail.decide(way, ratio, chance)
        error = np.where(np.isnan(after), np.inf, after - before)
        energy = np.where(trail.accepted, after, before)
    return trail.walked(leapfrogs, divergent=error > BREAKDOWN, energy=energy)


def _kicks(
    trail: Trail, rng: np.random.Generator, tuning: Tuning, jitter: float, kinetic: Array
) -> Iterator[tuple[slice, Iterator[tuple[Array, Pace]], Array]]:
    """Some steps at a time, the velocities that they begin with and their paces, and logarithms of uniform numbers;
    ½rᵀM⁻¹r at the beginning is written into ``kinetic``."""
    chains = trail.accepted.shape[1]
    root = aligned((trail.dim, chains), trail.rows.dtype)
    root[...] = tuning.step_size * np.sqrt(tuning.inverse_mass)[:, None]
    even = _pace(root)
    for part, (velocity, *varied, chances) in trail.noise(rng, *([chains] if jitter else [])):
        np.einsum("ndc,ndc->nc", velocity, velocity, out=kinetic[part])
        kinetic[part] *= 0.5
        speed = root * (1 + jitter * (2 * varied[0][:, None] - 1)) if jitter else root
        velocity *= speed
        paces = map(Pace, *_pace(speed)) if jitter else repeat(even, len(velocity))
        yield part, zip(velocity, paces, strict=True), chances


def _pace(speed: Array) -> Pace:
    """Of ε√M⁻¹."""
    bend = speed * speed
    return Pace(bend, 0.5 * bend, 0.5**0.5 / speed)


class Slide:
    """The way of all chains from where they are to where a trajectory ends, which becomes the trail's proposal."""

    def __init__(self, target: Target, trail: Trail, leapfrogs: int) -> None:
        d = self._dim = trail.dim
        self._theta, self._height, self._downhill = trail.proposal[:d], trail.proposal[d], trail.proposal[d + 1 :]
        self._part = aligned(self._theta.shape, self._theta.dtype)
        self._sweep, self._between = sweep_of(target, self._height.size, self._part.dtype), range(leapfrogs - 1)

    def go(self, now: Array, velocity: Array, pace: Pace) -> None:
        """From the rows of the trail; ``velocity`` becomes the one at the end."""
        theta, part, sweep, d = self._theta, self._part, self._sweep, self._dim
        np.multiply(pace.half, now[d + 1 :], part)
        np.subtract(velocity, part, velocity)
        np.add(now[:d], velocity, theta)
        for _ in self._between:
            sweep.gradient(theta, part)
            np.multiply(pace.bend, part, part)
            np.subtract(velocity, part, velocity)
            np.add(theta, velocity, theta)
        sweep.both(theta, self._height, self._downhill)
        np.multiply(pace.half, self._downhill, part)
        np.subtract(velocity, part, velocity)

    def arrive(self, velocity: Array, pace: Pace, energy: Array) -> None:
        """Write H at the end."""
        part = np.multiply(velocity, pace.slow, self._part)
        np.multiply(part, part, part)
        np.add.reduce(part, axis=0, out=energy)
        np.add(energy, self._height, energy)
