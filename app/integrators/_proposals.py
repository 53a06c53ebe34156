"""Gaussians to draw from in the target's stead."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np

from app.core.inference import Target
from app.core.interfaces import Array
from app.core.spec import control
from app.integrators._mode import find_peak
from app.targets._bridge import bridge_to
from app.targets._energies import LOG_2PI

Kind = Literal["laplace", "base"]


class Proposal(NamedTuple):
    """N(centre, root·rootᵀ).

    Attributes:
        evaluations: what finding it took.
        trouble: why the one asked for could not be had and the base's stands in; empty otherwise.
    """

    centre: Array
    root: Array
    evaluations: int
    trouble: str

    def at(self, z: Array) -> Array:
        """θ of standard normal coordinates, ``(n, d)``."""
        return np.asarray(self.centre + z @ self.root.T)

    def log_density(self, z: Array) -> Array:
        """ln q at those θ: ``(n,)``."""
        log_root = float(np.log(np.abs(np.diagonal(self.root))).sum())
        return np.asarray(-0.5 * (z * z).sum(axis=-1) - 0.5 * z.shape[-1] * LOG_2PI - log_root)


def proposal_control() -> Any:
    """The field ``proposal``."""
    return control(
        "laplace",
        "Proposal",
        description="laplace: the Gaussian at the mode; base: one as wide as the prior, or as the window",
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
        description="the proposal's standard deviations are multiplied by it; tails that are too light lose everything",
    )


def propose(target: Target, kind: Kind, widen: float, rng: np.random.Generator) -> Proposal:
    """The proposal of a kind; the base's where the density has no Gaussian at its mode."""
    if kind == "laplace":
        peak = find_peak(target, target, rng)
        if not peak.trouble:
            root = np.linalg.cholesky(np.linalg.inv(peak.hessian))
            return Proposal(peak.theta, widen * root, peak.evaluations, "")
        return _of_base(target, widen, peak.trouble, peak.evaluations)
    return _of_base(target, widen, "", 0)


def _of_base(target: Target, widen: float, trouble: str, evaluations: int) -> Proposal:
    box = bridge_to(target).base.box
    spread = (box[:, 1] - box[:, 0]) / 12
    return Proposal(box.mean(axis=-1), np.diag(widen * spread), evaluations, trouble)
