"""Hamiltonian Monte Carlo of all chains in place, in velocities: what a leapfrog step drifts is then added as it is."""

from __future__ import annotations

from itertools import repeat
from typing import NamedTuple

import numpy as np

from app.core.calls import Call, carry_out
from app.core.inference import SamplerState, Steps, Target
from app.core.interfaces import Array
from app.core.memory import aligned
from app.samplers._leapfrog import BREAKDOWN
from app.samplers._trail import Trail
from app.samplers._tuning import Tuning
from app.targets._sweeps import Place, added_up, sweep_of


class Pace(NamedTuple):
    """How all chains go, ``(d, chains)``: ε²M⁻¹, half of it, and √½/(ε√M⁻¹), which makes ½rᵀM⁻¹r of a velocity."""

    bend: Array
    half: Array
    slow: Array

    @classmethod
    def of(cls, speed: Array) -> Pace:
        """Of ε√M⁻¹, with or without steps before the axes."""
        bend = speed * speed
        return cls(bend, 0.5 * bend, 0.5**0.5 / speed)


def slid(
    target: Target, state: SamplerState, rng: np.random.Generator, steps: int, leapfrogs: int, jitter: float
) -> tuple[SamplerState, Steps]:
    """So many steps of so many leapfrog steps each: up to rounding those of Hamiltonian Monte Carlo one by one."""
    trail, before, after = slid_along(target, state, rng, steps, leapfrogs, jitter)
    with np.errstate(all="ignore"):
        divergent = np.logical_not(after - before <= BREAKDOWN)  # so is what is not a number
    energy = np.where(trail.accepted, after, before)
    return trail.walked(leapfrogs, divergent=divergent, energy=energy)


def slid_along(
    target: Target, state: SamplerState, rng: np.random.Generator, steps: int, leapfrogs: int, jitter: float = 0.0
) -> tuple[Trail, Array, Array]:
    """The trail of so many steps, and H before and after each trajectory, ``(steps, chains)``.

    v ← v + ½ε²M⁻¹∇ ln p̃(θ), θ ← θ + v, v ← v + ½ε²M⁻¹∇ ln p̃(θ), two half kicks between drifts in one.
    """
    trail, tuning = Trail(state, steps), Tuning(*state.memory)
    d, (before, after) = trail.dim, aligned((2, *trail.accepted.shape), trail.rows.dtype)
    root = np.empty((d, before.shape[1]), before.dtype)
    root[...] = tuning.step_size * np.sqrt(tuning.inverse_mass)[:, None]
    with np.errstate(all="ignore"):
        slide = Slide(target, trail, Pace.of(root), leapfrogs)
        for part, (velocity, *varied, chances) in trail.noise(rng, *([root.shape[1]] if jitter else [])):
            np.einsum("ndc,ndc->nc", velocity, velocity, out=before[part])
            before[part] *= 0.5
            speeds = root * (1 + jitter * (2 * varied[0][:, None] - 1)) if jitter else root
            velocity *= speeds
            paces = zip(*Pace.of(speeds), strict=True) if jitter else repeat(None, len(velocity))
            columns = trail.rows[part], velocity, paces, before[part], after[part], trail.log_ratio[part], chances
            for now, pushed, pace, start, end, ratio, chance, way in zip(*columns, trail.ways(part), strict=True):
                slide.go(now, pushed, pace, end)
                np.add(start, now[d], start)
                np.subtract(start, end, ratio)
                trail.decide(way, ratio, chance)
    return trail, before, after


class Slide:
    """The way of all chains from where they are to where a trajectory ends, which becomes the trail's proposal."""

    def __init__(self, target: Target, trail: Trail, pace: Pace, leapfrogs: int) -> None:
        d = self._dim = trail.dim
        place = Place(trail.proposal[:d], trail.proposal[d], trail.proposal[d + 1 :])
        self._theta, self._height, downhill = place
        self._pace = Pace(*(part.copy() for part in pace))
        self._velocity, self._part = velocity, part = aligned((2, *self._theta.shape), self._theta.dtype)
        self._kinetic = aligned(self._height.shape, self._theta.dtype)
        sweep, (bend, half, slow) = sweep_of(target, place), self._pace
        on: list[Call] = [
            *sweep.gradient,
            (np.multiply, (bend, downhill, part)),
            (np.subtract, (velocity, part, velocity)),
            (np.add, (self._theta, velocity, self._theta)),
        ]
        last: list[Call] = [
            *sweep.both,
            (np.multiply, (half, downhill, part)),
            (np.subtract, (velocity, part, velocity)),
            (np.multiply, (velocity, slow, part)),
            (np.multiply, (part, part, part)),
            *added_up(part, self._kinetic),
        ]
        self._calls = on * (leapfrogs - 1) + last

    def go(self, now: Array, velocity: Array, pace: tuple[Array, ...] | None, energy: Array) -> None:
        """From the rows of the trail, at a pace of its own where one is given; H at the end is written."""
        if pace is not None:
            for part, own in zip(self._pace, pace, strict=True):
                part[...] = own
        np.multiply(self._pace.half, now[self._dim + 1 :], self._part)
        np.subtract(velocity, self._part, self._velocity)
        np.add(now[: self._dim], self._velocity, self._theta)
        carry_out(self._calls)
        np.add(self._kinetic, self._height, energy)
