"""Densities to draw from in the target's stead: Gaussians, and Student's t, which has heavier tails."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np
import scipy

from app.core.inference import Target
from app.core.interfaces import Array
from app.core.spec import Real, control
from app.integrators._mode import find_peak
from app.targets._bridge import bridge_to
from app.targets._energies import LOG_2PI

Kind = Literal["laplace", "base"]
HEAVY = 3.0
"""Degrees of freedom by default: on a banana the standard errors hold, at hardly any cost on a Gaussian."""


class Proposal(NamedTuple):
    """centre + root·z with z ~ N(0, I), or z of the multivariate t: N(0, I)/√(χ²_ν/ν).

    Attributes:
        degrees: ν; None for the Gaussian.
        evaluations: what finding it took.
        trouble: why the one asked for could not be had and the base's stands in; empty otherwise.
    """

    centre: Array
    root: Array
    degrees: float | None
    evaluations: int
    trouble: str

    @property
    def normals(self) -> int:
        """How many standard normal numbers a draw takes: one more for χ²."""
        return len(self.centre) + (self.degrees is not None)

    def shaped(self, normals: Array) -> Array:
        """z of standard normal numbers ``(n, normals)``, by χ²'s quantile of the last: ``(n, d)``."""
        if self.degrees is None:
            return normals
        half = self.degrees / 2
        return np.asarray(
            normals[:, :-1] / np.sqrt(scipy.special.gammaincinv(half, scipy.special.ndtr(normals[:, -1:])) / half)
        )

    def at(self, z: Array) -> Array:
        """θ of such coordinates, ``(n, d)``."""
        return np.asarray(self.centre + z @ self.root.T)

    def coordinates(self, theta: Array) -> Array:
        """z of θ, ``(n, d)``."""
        return np.asarray(np.linalg.solve(self.root, (theta - self.centre).T).T)

    def log_density(self, z: Array) -> Array:
        """ln q at those θ: ``(n,)``."""
        log_root = float(np.log(np.abs(np.diagonal(self.root))).sum())
        return np.asarray(_log_standard((z * z).sum(axis=-1), z.shape[-1], self.degrees) - log_root)


def _log_standard(square: Array, dim: int, degrees: float | None) -> Array:
    """ln of N(0, I) or of the multivariate t, by |z|² ``(n,)``.

    t: Γ((ν+d)/2) / (Γ(ν/2)(νπ)^{d/2}) · (1 + |z|²/ν)^{−(ν+d)/2}. Reference: Kotz & Nadarajah 2004, eq. 1.1.
    """
    if degrees is None:
        return -0.5 * square - 0.5 * dim * LOG_2PI
    normaliser = (
        scipy.special.gammaln((degrees + dim) / 2)
        - scipy.special.gammaln(degrees / 2)
        - 0.5 * dim * np.log(degrees * np.pi)
    )
    return np.asarray(normaliser - 0.5 * (degrees + dim) * np.log1p(square / degrees))


def proposal_control() -> Any:
    """The field ``proposal``."""
    return control(
        "laplace",
        "Proposal",
        description="laplace: as wide as the Gaussian at the mode; base: as wide as the prior, or as the window",
    )


def degrees_control() -> Any:
    """The field ``degrees``."""
    return control(
        HEAVY,
        "Heavy tails",
        symbol="ν",
        scale="log",
        ge=1,
        le=1e4,
        slider=(1, 30),
        description="degrees of freedom of the proposal, a Student t: fewer reach further; null: a Gaussian",
    )


def widen_control() -> Any:
    """The field ``widen``."""
    return control(
        1.5,
        "Widening",
        symbol="s",
        scale="log",
        gt=0,
        le=100,
        slider=(0.3, 10),
        description="the proposal's scales are multiplied by it; tails that are too light lose everything",
    )


class Proposing(NamedTuple):
    """The fields of a method that make its proposal."""

    kind: Kind
    widen: Real
    degrees: Real | None


def propose(target: Target, wanted: Proposing, rng: np.random.Generator) -> Proposal:
    """The proposal that is wanted; the base's where the density has no Gaussian at its mode."""
    if wanted.kind == "base":
        return _of_base(target, wanted, "", 0)
    peak = find_peak(target, target, rng)
    if peak.trouble:
        return _of_base(target, wanted, peak.trouble, peak.evaluations)
    root = np.linalg.cholesky(np.linalg.inv(peak.hessian))
    return Proposal(peak.theta, wanted.widen * root, wanted.degrees, peak.evaluations, "")


def _of_base(target: Target, wanted: Proposing, trouble: str, evaluations: int) -> Proposal:
    box = bridge_to(target).base.box
    spread = (box[:, 1] - box[:, 0]) / 12
    return Proposal(box.mean(axis=-1), np.diag(wanted.widen * spread), wanted.degrees, evaluations, trouble)
