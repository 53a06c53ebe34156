"""Gibbs sampling."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from app.core.inference import Sampler, SamplerInfo, SamplerState, Target
from app.core.interfaces import Array
from app.core.spec import Real, Whole
from app.samplers import _fields as fields
from app.samplers._conditionals import conditional, gaussian_coordinates
from app.samplers._metropolis import Place, begin, here, moved, place, plain_info
from app.samplers._slicing import EVALUATIONS, slice_coordinate


class Gibbs(Sampler):
    """θᵢ ~ p(θᵢ | the others), coordinate by coordinate; exact where that is Gaussian, else by a slice.

    Where −ln p̃ is a parabola in θᵢ its minimum and curvature are the conditional's mean and precision. Which
    coordinates are such is found out before the first step, by looking along each of them.

    Reference: Geman & Geman 1984; Gelfand & Smith 1990, Sampling-based approaches to calculating marginal densities.
    """

    kind: Literal["gibbs"] = "gibbs"
    title: ClassVar[str] = "Gibbs sampling"
    summary: ClassVar[str] = (
        "One coordinate at a time from its exact conditional, where that is Gaussian; correlation makes it crawl."
    )
    reference: ClassVar[str] = (
        "Gelfand & Smith 1990, Sampling-based approaches to calculating marginal densities, JASA 85(410), section 2.2"
    )
    formula: ClassVar[str] = (
        r"\theta_i \sim p(\theta_i \mid \theta_{-i}) = \mathcal N\left(\theta_i - g_i / H_{ii},\; H_{ii}^{-1}\right)"
    )

    width: Real = fields.slice_width()
    most_widths: Whole = fields.most_widths()

    def init(self, target: Target, theta: Array, rng: np.random.Generator) -> SamplerState:
        return begin(target, theta, memory=(gaussian_coordinates(target, rng),))

    def step(self, target: Target, state: SamplerState, rng: np.random.Generator) -> tuple[SamplerState, SamplerInfo]:
        (conjugate,) = state.memory
        at, spent = here(state), np.zeros(len(state.theta), dtype=np.int64)
        for i in range(target.dim):
            at, evaluations = self._drawn(target, at, i, bool(conjugate[i]), rng)
            spent += evaluations
        certain = np.ones(len(spent))
        return moved(state, at), plain_info(at, certain > 0, certain, spent)

    def _drawn(
        self, target: Target, at: Place, i: int, conjugate: bool, rng: np.random.Generator
    ) -> tuple[Place, Array]:
        if not conjugate:
            return slice_coordinate(target, at, i, self.width, self.most_widths, rng)
        mean, variance = conditional(target, at.theta, i)
        theta = at.theta.copy()
        theta[:, i] = mean + np.sqrt(variance) * rng.standard_normal(len(theta))
        return place(target, theta), np.asarray(3)

    def gradients_per_step(self, dim: int) -> float:
        return EVALUATIONS * dim
