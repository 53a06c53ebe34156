"""The longest step of leapfrog."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar, Literal

import numpy as np

from app.experiments.posteriors.setting import generator
from app.experiments.posteriors.specs import PosteriorSpec
from app.lessons._base import Claim, Lesson, agrees
from app.samplers.hmc import Hmc
from app.targets._bridge import gaussian_density

STEPS, FAR, HALVINGS = 1_000, 1e4, 14
"""A path that is this many deviations away after so many steps has left for good."""


class LeapfrogLimit(Lesson):
    """ε < 2/ω."""

    kind: Literal["leapfrog_limit"] = "leapfrog_limit"
    room: ClassVar[str] = "bayes"
    title: ClassVar[str] = "Two over omega"
    summary: ClassVar[str] = "Leapfrog follows an orbit for ever with any step below 2/ω, and leaves it with any above."
    reference: ClassVar[str] = "R. M. Neal, MCMC using Hamiltonian dynamics, 2011, section 4.2"
    formula: ClassVar[str] = r"\epsilon < \frac{2}{\omega}, \quad \omega^2 = \lambda_{\max}(\nabla^2 (-\ln\tilde p))"
    text: ClassVar[tuple[str, ...]] = (
        "Hamiltonian Monte Carlo lets a puck slide over −ln p̃. The computer slides in steps: half a kick, a drift, "
        "half a kick. On a bowl of frequency ω the energy error of these steps neither grows nor fades, it swings.",
        "Up to ε = 2/ω, that is. Move the slider of the step size through it: the orbit opens into a spiral and the "
        "energy grows without end. It is the limit that gradient descent has at η = 2/λ, now with momentum.",
        "A density is a bowl in every direction, and the steepest one decides. That is why warm-up learns the scales "
        "of the coordinates: it makes all frequencies alike.",
    )

    def run(self) -> PosteriorSpec:
        slide = {"kind": "hmc", "step_size": 1.9, "steps": 30, "jitter": 0, "tune": False, "tune_scales": False}
        record = {"leapfrog": True, "chains": 50}
        target = {"kind": "gaussian", "correlation": 0.0, "spread": 3.0}
        return PosteriorSpec.model_validate(
            {"target": target, "methods": [slide], "chains": 50, "warm_up": 0, "draws": 200, "record": record}
        )

    def checks(self) -> tuple[Callable[[], Claim], ...]:
        return tuple(partial(_limit, frequency) for frequency in (0.5, 1.0, 4.0))


def _limit(frequency: float) -> Claim:
    low, high = 1.0 / frequency, 4.0 / frequency
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if _leaves(frequency, middle) else (middle, high)
    return agrees(f"ω = {frequency:g}: the longest stable step", 2 / frequency, [0.5 * (low + high)], 1e-3)


def _leaves(frequency: float, step_size: float) -> bool:
    target = gaussian_density(np.zeros(1), np.eye(1) / frequency**2)
    kernel = Hmc(step_size=step_size, steps=STEPS, jitter=0.0)
    state = kernel.init(target, np.full((1, 1), 1 / frequency), generator(0, 0, 0))
    path = kernel.trajectory(target, state, generator(0, 0, 1))
    return not bool(np.abs(path.position[-1]).max() * frequency < FAR)
