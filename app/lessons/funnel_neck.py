"""A place that chains do not enter."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar, Literal

import scipy

from app.experiments.posteriors.setting import generator
from app.experiments.posteriors.specs import PosteriorSpec
from app.lessons._base import Claim, Lesson, agrees
from app.lessons._chains import chains
from app.samplers.hmc import Hmc
from app.targets.funnel import Funnel

NECK = float(scipy.special.ndtr(-2.0))
"""P(v < −6)."""
CHAINS, WARM_UP, DRAWS, SEEDS = 32, 300, 1_000, (0, 1, 2)


class FunnelNeck(Lesson):
    """P(v < −6) = 0.02275."""

    kind: Literal["funnel_neck"] = "funnel_neck"
    room: ClassVar[str] = "bayes"
    title: ClassVar[str] = "The neck of the funnel"
    summary: ClassVar[str] = (
        "In one set of coordinates chains never see 2 % of the mass; in another they cannot miss it."
    )
    reference: ClassVar[str] = "R. M. Neal, Slice sampling, 2003, section 8; M. Betancourt, M. Girolami, 2015"
    formula: ClassVar[str] = r"v \sim \mathcal N(0, 9), \; x \mid v \sim \mathcal N(0, e^v): \quad P(v < -6) = 0.02275"
    text: ClassVar[tuple[str, ...]] = (
        "v sets the scale of x, as a variance does in every hierarchical model. Where v is small the density is a "
        "neck, a hundred times narrower than the mouth, and no step size suits both.",
        "Hamiltonian Monte Carlo tunes its step to the mouth. At the neck trajectories break down and are refused: "
        "watch where the divergences lie. The chains agree with one another and report that hardly any mass is there.",
        "Write the same model as v = 3z₀ and x = z₁e^{v/2} and sample z instead. It is a round Gaussian, and the neck "
        "gets its share.",
    )

    def run(self) -> PosteriorSpec:
        return PosteriorSpec.model_validate(
            {"target": {"kind": "funnel"}, "methods": ["hmc", "slice"], "chains": 100, "warm_up": 300, "draws": 500}
            | {"record": {"chains": 100, "every": 5}}
        )

    def checks(self) -> tuple[Callable[[], Claim], ...]:
        return (
            partial(_share, False, f"not centred: P(v < −6), exactly {NECK:.5f}", NECK, 0.15),
            partial(_share, True, f"centred: P(v < −6), which should be {NECK:.5f}", 0.0, 0.2 * NECK),
            _diverges,
        )


def _run(centred: bool, seed: int) -> tuple[float, float]:
    """The share of draws with v < −6, and of steps that diverged."""
    start = generator(seed, 1, 0).standard_normal((CHAINS, 2))
    found = chains(Hmc(), Funnel(centred=centred).build(), start, WARM_UP, DRAWS, seed)
    v = found.draws[..., 0] * (1.0 if centred else 3.0)
    return float((v < -6).mean()), found.divergent


def _share(centred: bool, title: str, expected: float, tolerance: float) -> Claim:
    return agrees(title, expected, [_run(centred, seed)[0] for seed in SEEDS], tolerance)


def _diverges() -> Claim:
    warned = [float(_run(True, seed)[1] > 0.01) for seed in SEEDS]
    return agrees("centred: more than 1 % of the steps diverge (1 is yes), the only warning", 1.0, warned, 0.0)
