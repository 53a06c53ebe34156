"""What the accept step is for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar, Literal

import numpy as np

from app.core.inference import Sampler
from app.experiments.posteriors.setting import generator
from app.experiments.posteriors.specs import PosteriorSpec
from app.lessons._base import Claim, Lesson, agrees
from app.lessons._chains import chains
from app.samplers.mala import Mala
from app.samplers.ula import Ula
from app.targets._bridge import gaussian_density

WALKERS, STEPS, SEEDS = 20_000, 40, (0, 1, 2)


class UlaBias(Lesson):
    """1/(1 − ε²/4)."""

    kind: Literal["ula_bias"] = "ula_bias"
    room: ClassVar[str] = "bayes"
    title: ClassVar[str] = "What the accept step is for"
    summary: ClassVar[str] = "Langevin steps settle at variance 1/(1 − ε²/4) instead of 1; an accept step mends it."
    reference: ClassVar[str] = (
        "G. O. Roberts, R. L. Tweedie, Exponential convergence of Langevin distributions, 1996, section 1.4"
    )
    formula: ClassVar[str] = r"\operatorname{Var} = \frac{1}{1 - \epsilon^2/4} \quad \text{for } p = \mathcal N(0, 1)"
    text: ClassVar[tuple[str, ...]] = (
        "Gradient descent with noise of the right size samples: each step goes ½ε² up the gradient of ln p̃ and ε in a "
        "random direction. With small steps the cloud of walkers settles on the density.",
        "With longer steps it settles too, on something wider. Its chains mix well, they agree with each other, every "
        "diagnostic of convergence is content: they have converged, to the wrong density. On a Gaussian its variance "
        "is known, 1/(1 − ε²/4), and grows without bound as ε goes to 2.",
        "MALA proposes the same step and refuses it now and then, by the ratio of densities and of proposals. That is "
        "all it takes to be exact for every ε; what is paid instead is refusals.",
    )

    def run(self) -> PosteriorSpec:
        methods = [{"kind": "ula", "step_size": 1.2}, {"kind": "mala", "step_size": 1.2, "tune": False}]
        target = {"kind": "gaussian", "correlation": 0.0}
        return PosteriorSpec.model_validate(
            {
                "target": target,
                "methods": methods,
                "chains": 1_000,
                "warm_up": 20,
                "draws": 100,
                "record": {"chains": 500},
            }
        )

    def checks(self) -> tuple[Callable[[], Claim], ...]:
        wide = [
            partial(_settles, Ula(step_size=e), f"Langevin, ε = {e:g}", 1 / (1 - e * e / 4)) for e in (0.5, 1.0, 1.5)
        ]
        return (*wide, partial(_settles, Mala(step_size=1.5), "MALA, ε = 1.5", 1.0))


def _settles(kernel: Sampler, name: str, expected: float) -> Claim:
    target, start = gaussian_density(np.zeros(1), np.eye(1)), generator(9, 0, 0).standard_normal((WALKERS, 1))
    found = [float(chains(kernel, target, start, 0, STEPS, seed).draws[-1].var()) for seed in SEEDS]
    return agrees(f"{name}: variance of {WALKERS:,} walkers", expected, found, 0.04)
