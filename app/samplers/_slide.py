"""Hamiltonian Monte Carlo of all chains in place, in p = r/ε: gradients are then taken from it as they are."""

from __future__ import annotations

from itertools import repeat
from typing import NamedTuple

import numpy as np

from app.core.calls import Call, carry_out, numbers
from app.core.inference import SamplerState, Steps, Target
from app.core.interfaces import Array
from app.core.memory import aligned
from app.samplers._glide import glides
from app.samplers._leapfrog import BREAKDOWN
from app.samplers._trail import Trail
from app.samplers._tuning import Tuning
from app.targets._sweeps import Place, added_up, ridges_of, sweep_of


class Pace(NamedTuple):
    """How all chains go, ``(d, chains)``: ε²M⁻¹, and half of it, which makes ½rᵀM⁻¹r of r/ε."""

    bend: Array
    half: Array

    @classmethod
    def of(cls, speed: Array) -> Pace:
        """Of ε√M⁻¹, with or without steps before the axes."""
        bend = speed * speed
        return cls(bend, 0.5 * bend)


def slid(target: Target, trail: Trail, leapfrogs: int, jitter: float) -> tuple[SamplerState, Steps]:
    """Steps of so many leapfrog steps each: up to rounding those of Hamiltonian Monte Carlo one by one."""
    before, after = slid_along(target, trail, leapfrogs, jitter)
    with np.errstate(all="ignore"):
        divergent = np.logical_not(after - before <= BREAKDOWN)  # so is what is not a number
    energy = np.where(trail.accepted, after, before)
    return trail.walked(leapfrogs, divergent=divergent, energy=energy)


def slid_along(target: Target, trail: Trail, leapfrogs: int, jitter: float = 0.0) -> tuple[Array, Array]:
    """H before and after each trajectory of a trail, ``(steps, chains)``.

    p ← p + ½∇ ln p̃(θ), θ ← θ + ε²M⁻¹p, p ← p + ½∇ ln p̃(θ), two half kicks between drifts in one.
    """
    d, tuning = trail.dim, Tuning(*trail.state.memory)
    before, after = aligned((2, *trail.accepted.shape), trail.rows.dtype)
    root = np.empty((d, before.shape[1]), before.dtype)
    root[...] = tuning.step_size * np.sqrt(tuning.inverse_mass)[:, None]
    with np.errstate(all="ignore"):
        slide = Slide(target, trail, Pace.of(root), leapfrogs, not jitter)
        for part, (push, *varied, chances) in trail.noise(*([root.shape[1]] if jitter else [])):
            np.einsum("ndc,ndc->nc", push, push, out=before[part])
            before[part] *= 0.5
            speeds = root * (1 + jitter * (2 * varied[0][:, None] - 1)) if jitter else root
            push /= speeds
            paces = zip(*Pace.of(speeds), strict=True) if jitter else repeat(None, len(push))
            columns = trail.rows[part], push, paces, before[part], after[part], trail.log_ratio[part], chances
            for now, pushed, pace, start, end, ratio, chance, way in zip(*columns, trail.ways(part), strict=True):
                slide.go(now, pushed, pace, end)
                np.add(start, now[d], start)
                np.subtract(start, end, ratio)
                trail.decide(way, ratio, chance)
    return before, after


class Slide:
    """The way of all chains from where they are to where a trajectory ends, which becomes the trail's proposal.

    ``alike`` says that the pace is the same for all chains, and stays.
    """

    def __init__(self, target: Target, trail: Trail, pace: Pace, leapfrogs: int, alike: bool) -> None:
        d = self._dim = trail.dim
        place = Place(trail.proposal[:d], trail.proposal[d], trail.proposal[d + 1 :])
        self._theta, self._height, downhill = place
        self._pace = Pace(*(part.copy() for part in pace))
        self._push, self._part = push, part = aligned((2, *self._theta.shape), self._theta.dtype)
        self._kinetic = aligned(self._height.shape, self._theta.dtype)
        (self._a_half,) = numbers(part, 0.5)
        sweep, bend, ridges = sweep_of(target, place), self._pace.bend, ridges_of(target)
        on: list[Call] = [
            *sweep.gradient,
            (np.subtract, (push, downhill, push)),
            (np.multiply, (bend, push, part)),
            (np.add, (self._theta, part, self._theta)),
        ]
        between = on * (leapfrogs - 1)
        if ridges is not None and between:
            between = glides(ridges, self._theta, push, bend, alike, leapfrogs - 1)
        last: list[Call] = [
            *sweep.both,
            (np.multiply, (downhill, self._a_half, part)),
            (np.subtract, (push, part, push)),
            (np.multiply, (push, push, part)),
            (np.multiply, (part, self._pace.half, part)),
            *added_up(part, self._kinetic),
        ]
        self._calls = between + last

    def go(self, now: Array, push: Array, pace: tuple[Array, ...] | None, energy: Array) -> None:
        """From the rows of the trail, at a pace of its own where one is given; H at the end is written."""
        if pace is not None:
            for part, own in zip(self._pace, pace, strict=True):
                part[...] = own
        np.multiply(now[self._dim + 1 :], self._a_half, self._part)
        np.subtract(push, self._part, self._push)
        np.multiply(self._pace.bend, self._push, self._part)
        np.add(now[: self._dim], self._part, self._theta)
        carry_out(self._calls)
        np.add(self._kinetic, self._height, energy)
