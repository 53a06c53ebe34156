"""Five kernels that are wrong, and what shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from types import MappingProxyType
from typing import Any, ClassVar, Literal

import numpy as np

from app.core.inference import Sampler
from app.core.spec import catalogue
from app.diagnostics.rhat import rhat
from app.diagnostics.stein import stein_residual
from app.experiments.posteriors.setting import generator
from app.experiments.posteriors.specs import PosteriorSpec
from app.lessons._base import Claim, Lesson, agrees, at_least, at_most
from app.lessons._chains import chains
from app.samplers.broken._base import BrokenSampler
from app.samplers.broken.jittered_laplace import JitteredLaplace
from app.samplers.broken.missing_accept import MissingAccept
from app.targets._bridge import gaussian_density
from app.targets.beta_bernoulli import BetaBernoulli

CHAINS, DRAWS = 64, 1_500
CONVICTED, CONTENT = 5.0, 1.02
RIGHT = ("hmc", "mala")
KERNELS: dict[str, type[Sampler]] = catalogue("app.samplers", Sampler) | catalogue("app.samplers.broken", Sampler)  # type: ignore[assignment]
COIN = {"kind": "beta_bernoulli", "tosses": 3, "heads": 3}


class SpotTheBug(Lesson):
    """Convergence is not correctness."""

    kind: Literal["spot_the_bug"] = "spot_the_bug"
    room: ClassVar[str] = "bayes"
    page: ClassVar[Mapping[str, Any]] = MappingProxyType({"lineup": 1, "speed": 120})
    title: ClassVar[str] = "Spot the bug"
    summary: ClassVar[str] = "Five samplers with one bug each. They converge, their chains agree, and they are wrong."
    reference: ClassVar[str] = (
        "J. Gorham, L. Mackey, Measuring sample quality with Stein's method, 2015; S. Talts et al., Validating "
        "Bayesian inference algorithms with simulation-based calibration, 2018"
    )
    formula: ClassVar[str] = r"\mathbb E\left[(\theta - c)^k\,\partial\ln\tilde p + k(\theta - c)^{k-1}\right] = 0"
    text: ClassVar[tuple[str, ...]] = (
        "A missing accept step, a ratio without its proposals, a kick of the wrong length, an array used twice, a "
        "Gaussian in place of the density: each of these has been published. Here they stand in a line-up, unnamed, "
        "among the samplers that they would be without the bug. Run one, read the evidence, accuse it, and unmask it.",
        "R̂ and the effective sample size are content with all five. They ask whether the chains agree, and the chains "
        "do: they sample something, well, that is not the target.",
        "What catches them asks about the target. Stein's identities are means that must vanish under it, whatever "
        "its answer is; calibration by simulation asks whether the truth ranks evenly among the draws. And where the "
        "exact answer is known, the bias in standard errors says it outright.",
    )

    def run(self) -> PosteriorSpec:
        broken = [{"kind": kind} | _exhibit(kind) for kind in catalogue("app.samplers.broken", BrokenSampler)]
        return PosteriorSpec.model_validate(
            {"target": COIN, "methods": ["hmc", "mala", *broken], "chains": 64, "warm_up": 100, "draws": 1_500}
            | {"record": {"every": 25, "chains": 64, "view": [0, 0]}}
        )

    def checks(self) -> tuple[Callable[[], Claim], ...]:
        broken = catalogue("app.samplers.broken", BrokenSampler)
        return (
            partial(_variance, MissingAccept(step_size=1.0, jitter=0.0), "without accept step at ε = 1", 4 / 3),
            partial(_variance, JitteredLaplace(jitter=0.5), "jittered Laplace, s = ½", 1.25),
            *(partial(_convicted, kind) for kind in broken),
            *(partial(_content, kind) for kind in broken),
            *(partial(_acquitted, kind) for kind in RIGHT),
        )


def _variance(kernel: Sampler, name: str, expected: float) -> Claim:
    target, start = gaussian_density(np.zeros(1), np.eye(1)), generator(9, 0, 0).standard_normal((40_000, 1))
    found = float(chains(kernel, target, start, 0, 20).draws[-1].var())
    return agrees(f"N(0, 1), {name}: variance", expected, [found], 0.04)


def _convicted(kind: str) -> Claim:
    return at_least(f"{_title(kind)}: Stein's identities, in standard errors", CONVICTED, [_judged(kind)[0]])


def _content(kind: str) -> Claim:
    return at_most(f"{_title(kind)}: R̂ notices nothing", CONTENT, [_judged(kind)[1]])


def _acquitted(kind: str) -> Claim:
    return at_most(f"{_title(kind)}: Stein's identities, in standard errors", CONVICTED, [_judged(kind)[0]])


def _exhibit(kind: str) -> dict[str, Any]:
    """Fields with which a bug can be seen; none where there is no bug."""
    return dict(getattr(KERNELS[kind], "exhibit", {}))


def _title(kind: str) -> str:
    return KERNELS[kind].title


@lru_cache(maxsize=16)
def _judged(kind: str) -> tuple[float, float]:
    """The largest Stein score, and R̂, of a kernel on a coin whose posterior leans."""
    target = BetaBernoulli.model_validate(COIN).build()
    start = target.sample(generator(7, 0, 0), CHAINS)
    assert start is not None
    kernel = KERNELS[kind].model_validate(_exhibit(kind))
    draws = np.moveaxis(chains(kernel, target, start, 100, DRAWS).draws, 0, -1)[:, 0]
    gradient = -target.value_and_gradient(draws[..., None])[1][..., 0]
    return float(np.abs(stein_residual(draws, gradient).score).max()), float(rhat(draws))
