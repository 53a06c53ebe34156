"""Gauss–Hermite quadrature."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from app.core.inference import Estimate, Integrator, Target
from app.core.interfaces import Array
from app.core.spec import Whole, control
from app.integrators._grids import RUNGS, check_nodes, laddered, rung
from app.integrators._proposals import Proposal, Proposing, propose
from app.integrators._weights import resampled
from app.targets._quadrature import log_densities, weigh


class GaussHermite(Integrator):
    """Z ≈ Σ wₖ p̃(θₖ)/q(θₖ), θₖ the Gauss–Hermite nodes of the Gaussian q at the mode.

    Exact where p̃/q is a polynomial of degree below 2n in each coordinate; excellent where the posterior is nearly
    Gaussian, and poor where it is not.

    Reference: Naylor & Smith 1982; Golub & Welsch 1969.
    """

    kind: Literal["gauss_hermite"] = "gauss_hermite"
    title = "Gauss–Hermite grid"
    summary = "A few cleverly placed points around the mode do what a plain grid needs hundreds for."
    reference = "Naylor & Smith 1982, Applications of a method for the efficient computation of posteriors, JRSS C 31"
    formula = r"Z \approx \sum_k w_k\, \frac{\tilde p(\theta_k)}{q(\theta_k)}, \quad \theta_k = \hat\theta + L x_k"
    deterministic: ClassVar[bool] = True

    points: Whole = control(20, "Points an axis", symbol="n", ge=4, le=100, slider=(4, 60))

    def steps(self, target: Target) -> int:
        return RUNGS

    def evaluations(self, target: Target) -> float:
        return 1.5 * check_nodes(self.points, target) + 200

    def init(self, target: Target, rng: np.random.Generator) -> tuple[Proposal, float | None, int]:
        check_nodes(self.points, target)
        proposal = propose(target, Proposing("laplace", 1.0, None), np.random.default_rng(0))
        return proposal, None, proposal.evaluations

    def step(self, target: Target, state: Any, t: int, rng: np.random.Generator) -> tuple[Any, Estimate]:
        proposal, before, spent = state
        points = rung(self.points, t)
        theta, log_weights = _weighted_nodes(target, proposal, points)
        moments = weigh(theta, log_weights, 0.0)
        spent += len(theta)
        return (proposal, moments.log_evidence, spent), laddered(moments, before, spent, points)

    def draws(self, target: Target, state: Any, rng: np.random.Generator, count: int) -> Array | None:
        return resampled(*_weighted_nodes(target, state[0], self.points), rng, count)


def _weighted_nodes(target: Target, proposal: Proposal, points: int) -> tuple[Array, Array]:
    """(θₖ, ln of wₖ p̃/q), wₖ the probabilities of the nodes under N(0, I)."""
    x, w = np.polynomial.hermite_e.hermegauss(points)
    log_w = np.log(w) - 0.5 * np.log(2 * np.pi)
    z = np.stack(np.meshgrid(*[x] * target.dim, indexing="ij"), axis=-1).reshape(-1, target.dim)
    total = sum(np.meshgrid(*[log_w] * target.dim, indexing="ij"))
    theta = proposal.at(z)
    return theta, np.ravel(total) + log_densities(target, theta) - proposal.log_density(z)
