"""A density that lies to grids and to samplers."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from math import pi
from typing import ClassVar, Literal

import numpy as np

from app.experiments.posteriors.setting import generator
from app.experiments.posteriors.specs import PosteriorSpec
from app.lessons._base import Claim, Lesson, agrees
from app.lessons._chains import Chains, chains
from app.samplers.hmc import Hmc
from app.targets._quadrature import trapezoid
from app.targets.rosenbrock import RosenbrockDensity

SEEDS = (0, 1)
MEAN = 11.0
KERNEL = Hmc(step_size=0.2, steps=10, jitter=0.0, tune=False, tune_scales=False)


class RosenbrockLies(Lesson):
    """Z = 2π and E[y] = 11."""

    kind: Literal["rosenbrock_lies"] = "rosenbrock_lies"
    room: ClassVar[str] = "bayes"
    title: ClassVar[str] = "The valley that lies"
    summary: ClassVar[str] = "An acceptance that looks healthy, and a mean that is wrong by a factor of several."
    reference: ClassVar[str] = "J. Goodman, J. Weare, Ensemble samplers with affine invariance, 2010, section 4"
    formula: ClassVar[str] = r"p \propto \exp\left(-\frac{100(y-x^2)^2 + (1-x)^2}{20}\right): \; Z = 2\pi, \; E[y] = 11"
    text: ClassVar[tuple[str, ...]] = (
        "Rosenbrock's valley, read as a density, is known to every digit: x is Gaussian, and y given x is. Its two "
        "arms reach far, and the mean of y, 11, lives in them.",
        "Start chains at the bottom, (1, 1). Hamiltonian Monte Carlo with a step of 0.2 accepts about half of its "
        "proposals, which textbooks call healthy. It has seen the bottom of the valley only and reports an E[y] of one "
        "or two.",
        "Grids lie as well: with 64 points an axis their nodes fall beside the ridge, and Z comes out as 6.36 instead "
        "of 6.28. With 1,025 it is right. The exact answer beside every estimate is what gives the lie away.",
    )

    def run(self) -> PosteriorSpec:
        methods = [KERNEL, "stretch", {"kind": "trapezoid", "points": 64}]
        return PosteriorSpec.model_validate(
            {"target": "rosenbrock", "methods": methods, "chains": 20, "warm_up": 0, "draws": 1_000}
            | {"record": {"chains": 20}}
        )

    def checks(self) -> tuple[Callable[[], Claim], ...]:
        return (
            partial(_grid, "Z on a grid of 64 points an axis, which should be 2π", 64, 6.36, 0.003),
            partial(_grid, "Z on a grid of 1,025 points an axis", 1_025, 2 * pi, 1e-3),
            partial(_hmc, "HMC from (1, 1): its acceptance looks healthy", "acceptance", 0.55, 0.3),
            partial(_hmc, "HMC from (1, 1): E[y] as a share of the exact 11 (well below one half)", "mean", 0.0, 0.5),
            _exact,
        )


def _grid(title: str, points: int, expected: float, tolerance: float) -> Claim:
    density = RosenbrockDensity().build()
    found = float(np.exp(trapezoid(density, density.box, points).log_evidence))
    return agrees(title, expected, [found], tolerance)


@lru_cache(maxsize=1)
def _short_runs() -> tuple[Chains, ...]:
    """Four chains of a thousand draws from the bottom of the valley, for each seed."""
    target = RosenbrockDensity().build()
    return tuple(chains(KERNEL, target, np.ones((4, 2)), 0, 1_000, seed) for seed in SEEDS)


def _hmc(title: str, what: str, expected: float, tolerance: float) -> Claim:
    runs = _short_runs()
    means = [float(run.draws[..., 1].mean()) / MEAN for run in runs]
    return agrees(title, expected, means if what == "mean" else [run.acceptance for run in runs], tolerance)


def _exact() -> Claim:
    target = RosenbrockDensity().build()
    means = []
    for seed in SEEDS:
        draws = target.sample(generator(seed, 0, 0), 200_000)
        assert draws is not None
        means.append(float(draws[:, 1].mean()))
    return agrees("200,000 exact draws: E[y]", MEAN, means, 0.02)
