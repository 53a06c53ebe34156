"""Neal's funnel."""

from __future__ import annotations

from typing import Literal

import numpy as np

from app.core.inference import Reference
from app.core.interfaces import Array
from app.core.spec import Real, Whole, control
from app.targets._base import Density, Facts, TargetEntry, box_of
from app.targets._bridge import gaussian_density
from app.targets._energies import LOG_2PI, Energy, numbered


class FunnelEnergy(Energy):
    """v²/2s² + ½ Σ xᵢ² e⁻ᵛ + ½ k v, and what normalises it."""

    def __init__(self, count: int, scale: float) -> None:
        super().__init__(count + 1)
        self.count, self.scale = count, scale
        self.constant = np.log(scale) + 0.5 * (count + 1) * LOG_2PI

    def value_and_gradient(self, theta: Array) -> tuple[Array, Array]:
        v, x = theta[..., 0], theta[..., 1:]
        narrow = np.exp(-v)
        half = 0.5 * (x * x).sum(axis=-1) * narrow
        value = 0.5 * (v / self.scale) ** 2 + half + 0.5 * self.count * v + self.constant
        slope = v / self.scale**2 - half + 0.5 * self.count
        return value, np.concatenate([slope[..., None], x * narrow[..., None]], axis=-1)

    def hessian(self, theta: Array) -> Array:
        v, x = theta[..., 0], theta[..., 1:]
        narrow = np.exp(-v)
        hessian = np.zeros((*theta.shape, self.dim), theta.dtype)
        hessian[..., 0, 0] = 1 / self.scale**2 + 0.5 * (x * x).sum(axis=-1) * narrow
        hessian[..., 0, 1:] = hessian[..., 1:, 0] = -x * narrow[..., None]
        index = np.arange(1, self.dim)
        hessian[..., index, index] = narrow[..., None]
        return hessian


class Funnel(TargetEntry):
    """v ~ N(0, s²), xᵢ ~ N(0, eᵛ); or, not centred, z ~ N(0, I) with v = s z₀ and xᵢ = zᵢ e^{v/2}.

    P(v < −2s) = 0.02275 in both: the neck that a sampler with one step size does not enter in the first.
    """

    kind: Literal["funnel"] = "funnel"
    title = "Neal's funnel"
    summary = "No step size suits both its mouth and its neck. Drawn in other coordinates it is a plain Gaussian."
    reference = "Neal 2003, Slice sampling, Annals of Statistics 31(3), section 8; Papaspiliopoulos et al. 2007"
    formula = r"v \sim \mathcal N(0, s^2), \quad x_i \mid v \sim \mathcal N(0, e^{v})"

    centred: bool = control(True, "Centred", description="off: in the coordinates in which it is N(0, I)")
    scale: Real = control(3.0, "Scale", symbol="s", gt=0.01, le=5, slider=(0.5, 4))
    count: Whole = control(1, "Number of x", symbol="k", ge=1, le=50, slider=(1, 20))

    def build(self) -> Density:
        if not self.centred:
            standard = gaussian_density(np.zeros(self.count + 1), np.eye(self.count + 1))
            zero = Reference(0.0, np.zeros(self.count + 1), np.eye(self.count + 1), "closed form", 0.0)
            facts = standard.facts._replace(reference=lambda: zero)
            return Density(standard, standard.box, ("z₀", *numbered(self.count, "z")), facts)
        spread = np.array([self.scale, *[np.exp(self.scale)] * self.count])
        facts = Facts(reference=self._moments, sample=self._sample)
        names = ("v", *(("x",) if self.count == 1 else numbered(self.count, "x")))
        return Density(
            FunnelEnergy(self.count, self.scale), box_of(np.zeros(self.count + 1), spread, 5.0), names, facts
        )

    def _moments(self) -> Reference:
        variance = np.array([self.scale**2, *[np.exp(self.scale**2 / 2)] * self.count])
        return Reference(0.0, np.zeros(self.count + 1), np.diag(variance), "closed form", 0.0)

    def _sample(self, rng: np.random.Generator, count: int) -> Array:
        v = self.scale * rng.standard_normal((count, 1))
        return np.concatenate([v, np.exp(v / 2) * rng.standard_normal((count, self.count))], axis=-1)
