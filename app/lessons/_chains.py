"""What lessons read off chains."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from app.core.inference import Sampler, Target
from app.core.interfaces import Array
from app.experiments.posteriors.setting import generator


class Chains(NamedTuple):
    """Draws ``(steps, chains, d)`` after warm-up, the mean acceptance, and the share of steps that diverged."""

    draws: Array
    acceptance: float
    divergent: float


def chains(kernel: Sampler, target: Target, theta: Array, warm_up: int, steps: int, seed: int = 0) -> Chains:
    """The chains of ``kernel`` from ``theta`` ``(chains, d)``."""
    state = kernel.init(target, theta, generator(seed, 0, 0))
    draws, acceptance, divergent = np.empty((steps, *theta.shape)), 0.0, 0.0
    for t in range(warm_up + steps):
        state, info = kernel.step(target, state, generator(seed, 0, t + 1))
        if t < warm_up:
            state = kernel.adapt(state, info, t, warm_up)
            continue
        draws[t - warm_up] = state.theta
        acceptance += float(info.acceptance.mean()) / steps
        divergent += float(info.divergent.mean()) / steps
    return Chains(draws, acceptance, divergent)
