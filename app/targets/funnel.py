"""Neal's funnel."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from app.core.inference import Reference
from app.core.interfaces import Array
from app.core.spec import Real, Whole, control
from app.targets._base import Density, Facts, TargetEntry, box_of
from app.targets._energies import LOG_2PI, Energy, GaussianEnergy, numbered

WIDEST = 4.0
"""Standard deviations of v at which the mouth of the funnel is measured."""


class Funnel(TargetEntry):
    """v ~ N(0, s²) and xᵢ given v ~ N(0, eᵛ): a scale and what it scales, as in every hierarchical model.

    Centred, it is sampled in (v, x), where no step size suits both the mouth and the neck: for s = 3 the share
    P(v < −6) = Φ(−2) = 0.02275 is hardly reached. Not centred, in (v/s, x·e^{−v/2}), the same model is N(0, I).

    Reference: Neal 2003, Slice sampling, Annals of Statistics 31(3), section 8.
    """

    kind: Literal["funnel"] = "funnel"
    title: ClassVar[str] = "Neal's funnel"
    summary: ClassVar[str] = (
        "A neck that grows ever narrower: chains that cannot enter it look healthy. Written differently it is a ball."
    )
    reference: ClassVar[str] = "Neal 2003, Slice sampling, Annals of Statistics 31(3), section 8"
    formula: ClassVar[str] = r"p(v, x) = \mathcal N(v \mid 0, s^2) \prod_i \mathcal N(x_i \mid 0, e^v)"

    centred: bool = control(True, "Centred", description="sample v and x themselves; otherwise v/s and x·exp(−v/2)")
    dim: Whole = control(2, "Dimension", symbol="d", ge=2, le=50, slider=(2, 20), description="v and d − 1 of x")
    spread: Real = control(3.0, "Spread", symbol="s", gt=0, le=5, slider=(0.5, 4))

    def build(self) -> Density:
        return self._centred() if self.centred else self._ball()

    def _centred(self) -> Density:
        scale = np.array([self.spread, *[np.exp(self.spread**2 / 4)] * (self.dim - 1)])
        mouth = np.exp(WIDEST * self.spread / 2)
        edge = np.array([6 * self.spread, *[mouth] * (self.dim - 1)])
        reference = Reference(0.0, np.zeros(self.dim), np.diag(scale**2), "closed form", 0.0)
        facts = Facts(reference=lambda: reference, sample=self._sample)
        names = ("v", *numbered(self.dim - 1, "x"))
        return Density(FunnelEnergy(self.dim, self.spread), np.stack([-edge, edge], axis=-1), names, facts)

    def _sample(self, rng: np.random.Generator, count: int) -> Array:
        z = rng.standard_normal((count, self.dim))
        v = self.spread * z[:, :1]
        return np.hstack([v, np.exp(v / 2) * z[:, 1:]])

    def _ball(self) -> Density:
        one, zero = np.eye(self.dim), np.zeros(self.dim)
        facts = Facts(
            reference=lambda: Reference(0.0, zero, one, "closed form", 0.0),
            sample=lambda rng, count: rng.standard_normal((count, self.dim)),
        )
        names = ("v/s", *(f"{name}·e^(−v/2)" for name in numbered(self.dim - 1, "x")))
        return Density(GaussianEnergy(zero, one), box_of(zero, np.ones(self.dim)), names, facts)


class FunnelEnergy(Energy):
    """v²/2s² + ½e⁻ᵛ‖x‖² + ½(d − 1)v and the constants that make it normalised."""

    def __init__(self, dim: int, spread: float) -> None:
        super().__init__(dim)
        self.spread = spread
        self.constant = 0.5 * dim * LOG_2PI + float(np.log(spread))

    def value_and_gradient(self, theta: Array) -> tuple[Array, Array]:
        v, x, squares, shrink = self._parts(theta)
        value = 0.5 * (v / self.spread) ** 2 + 0.5 * shrink * squares + 0.5 * (self.dim - 1) * v + self.constant
        slope = v / self.spread**2 - 0.5 * shrink * squares + 0.5 * (self.dim - 1)
        return value, np.concatenate([slope[..., None], shrink[..., None] * x], axis=-1)

    def hessian(self, theta: Array) -> Array:
        _, x, squares, shrink = self._parts(theta)
        found = shrink[..., None, None] * np.eye(self.dim)
        found[..., 0, 0] = 1 / self.spread**2 + 0.5 * shrink * squares
        found[..., 0, 1:] = found[..., 1:, 0] = -shrink[..., None] * x
        return found

    def _parts(self, theta: Array) -> tuple[Array, Array, Array, Array]:
        """v, x, ‖x‖² and e⁻ᵛ."""
        v, x = theta[..., 0], theta[..., 1:]
        return v, x, (x * x).sum(axis=-1), np.exp(-v)
