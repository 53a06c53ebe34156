"""Slice sampling."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from app.core.inference import Sampler, SamplerInfo, SamplerState, Target
from app.core.interfaces import Array
from app.core.spec import Real, Whole
from app.samplers import _fields as fields
from app.samplers._metropolis import begin, here, moved, plain_info
from app.samplers._slicing import EVALUATIONS, slice_coordinate


class Slice(Sampler):
    """Coordinate by coordinate: a height under the density, then a point of the slice at that height.

    An interval of width w is placed at random about the coordinate, stepped out until both ends are below the height
    (at most m widths), and shrunk onto the coordinate at every point that misses.

    Reference: Neal 2003, Slice sampling, Annals of Statistics 31(3), figs. 3 and 5.
    """

    kind: Literal["slice"] = "slice"
    title: ClassVar[str] = "Slice sampling"
    summary: ClassVar[str] = "Draws uniformly from under the curve; never refuses, and barely minds a wrong width."
    reference: ClassVar[str] = "Neal 2003, Slice sampling, Annals of Statistics 31(3), figs. 3 and 5"
    formula: ClassVar[str] = r"y \sim U(0, \tilde p(\theta)), \quad \theta_i' \sim U\{\theta_i : \tilde p(\theta) > y\}"

    width: Real = fields.slice_width()
    most_widths: Whole = fields.most_widths()

    def init(self, target: Target, theta: Array, rng: np.random.Generator) -> SamplerState:
        return begin(target, theta)

    def step(self, target: Target, state: SamplerState, rng: np.random.Generator) -> tuple[SamplerState, SamplerInfo]:
        at, spent = here(state), np.zeros(len(state.theta), dtype=np.int64)
        for i in range(target.dim):
            at, evaluations = slice_coordinate(target, at, i, self.width, self.most_widths, rng)
            spent += evaluations
        certain = np.ones(len(spent))
        return moved(state, at), plain_info(at, certain > 0, certain, spent)

    def gradients_per_step(self, dim: int) -> float:
        return EVALUATIONS * dim
