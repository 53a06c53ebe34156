"""How far a Gaussian q is from a density p, both ways, each with its error.

KL(q‖p) = ln Z − ELBO(q) is what variational inference makes small; KL(p‖q) = ∫p ln p − E_p[ln q] is least where q has
the mean and the covariance of p. Both are in closed form where p is Gaussian too; else by quadrature where it reaches.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from app.core.inference import Reference, Target
from app.core.interfaces import Array
from app.targets._energies import LOG_2PI
from app.targets._gaussian import is_gaussian
from app.targets._quadrature import FINEST, WIDER, Moments, log_densities, nodes, weigh, widened
from app.variational._base import Gaussian
from app.variational._elbo import PER_AXIS, Elbo, Nodes, nodes_for
from app.variational.full_rank import FullRank

SCRAMBLES = 8


class Measured(NamedTuple):
    """A number and its absolute error: what a coarser rule or a smaller box changes; 0 where it is exact.

    In more than three dimensions the error of an expectation under q is its standard error over scrambled Sobol' sets.
    """

    value: float
    error: float


class Seen(NamedTuple):
    """What a rule says of p: ∫p ln p, mean and covariance."""

    information: float
    mean: Array
    covariance: Array


def looks_at(target: Target) -> tuple[Seen, ...]:
    """p by the best rule first, then by the ones it is judged against; () where there is none.

    One grid serves three: the finest, every second node of it, and the part inside of the target's own box.
    """
    if is_gaussian(target):
        return (_of_gaussian(target),)
    if target.dim not in FINEST:
        return ()
    count = FINEST[target.dim] // 2 + 1
    box = widened(target.box, WIDER)
    points = nodes(box, count)
    log_density = log_densities(target, points)
    every_second = np.zeros((count,) * target.dim, dtype=bool)
    every_second[(slice(None, None, 2),) * target.dim] = True
    inside = ((points >= target.box[:, 0]) & (points <= target.box[:, 1])).all(axis=-1)
    log_cell = float(np.log((box[:, 1] - box[:, 0]) / (count - 1)).sum())
    coarser = log_cell + target.dim * np.log(2.0)
    everywhere = np.ones_like(inside)
    parts = ((everywhere, log_cell), (every_second.ravel(), coarser), (inside, log_cell))
    return tuple(_seen(points[some], log_density[some], cell) for some, cell in parts)


def _seen(points: Array, log_density: Array, log_cell: float) -> Seen:
    moments: Moments = weigh(points, log_density, log_cell)
    log_p = log_density - moments.log_evidence
    p = np.exp(log_p)
    information = float((p[p > 0] * log_p[p > 0]).sum() * np.exp(log_cell))
    return Seen(information, moments.mean, moments.covariance)


def _of_gaussian(target: Target) -> Seen:
    """∫p ln p = −½ ln|2πe Σ|; the mean is one Newton step from anywhere."""
    precision = target.hessian(np.zeros(target.dim))
    slope = target.value_and_gradient(np.zeros(target.dim))[1]
    information = 0.5 * (float(np.linalg.slogdet(precision)[1]) - target.dim * (1 + LOG_2PI))
    return Seen(information, -np.linalg.solve(precision, slope), np.linalg.inv(precision))


def forward_divergence(looks: tuple[Seen, ...], q: Gaussian) -> Measured | None:
    """KL(p‖q); None where p could not be looked at, or the number is not finite."""
    if not looks:
        return None
    best, *others = (_crossed(seen, q) for seen in looks)
    return _told(best, max((abs(best - other) for other in others), default=0.0))


def _crossed(p: Seen, q: Gaussian) -> float:
    """∫p ln p + ½ tr[C⁻¹(Σ + (μ − m)(μ − m)ᵀ)] + ½ ln|2πC|."""
    away = p.mean - q.mean
    spread = np.trace(np.linalg.solve(q.covariance, p.covariance + np.outer(away, away)))
    return float(p.information + 0.5 * (spread + np.linalg.slogdet(q.covariance)[1] + len(away) * LOG_2PI))


def lower_bound(target: Target, q: Gaussian) -> Measured | None:
    """ELBO(q) = E_q[ln p̃] + H(q); None where p̃ vanishes under q."""
    if is_gaussian(target):
        return _told(_of_two_gaussians(target, q), 0.0)
    root = np.linalg.cholesky(q.covariance)
    below = root[np.tril_indices(target.dim, -1)]
    parameters = np.concatenate([q.mean, np.log(np.diagonal(root)), below])
    with np.errstate(all="ignore"):
        found = [-float(Elbo(target, FullRank(), rule).value(parameters)) for rule in _rules(target.dim)]
    if target.dim in PER_AXIS:
        return _told(found[0], float(np.ptp(found)))
    return _told(float(np.mean(found)), float(np.std(found, ddof=1) / np.sqrt(SCRAMBLES)))


def _of_two_gaussians(target: Target, q: Gaussian) -> float:
    """ln p̃(m) − ½ tr(AC) + ½ ln|2πe C|, A the precision of p."""
    dim = len(q.mean)
    entropy = 0.5 * (dim * (1 + LOG_2PI) + float(np.linalg.slogdet(q.covariance)[1]))
    return entropy - float(target.value(q.mean)) - 0.5 * float(np.sum(target.hessian(q.mean) * q.covariance))


def _rules(dim: int) -> Iterator[Nodes]:
    """The rule of the ELBO and a coarser one; beyond three dimensions equal, independent ones."""
    if dim in PER_AXIS:
        yield from (nodes_for(dim), nodes_for(dim, per_axis=3 * PER_AXIS[dim] // 4))
    else:
        yield from (nodes_for(dim, seed=seed) for seed in range(SCRAMBLES))


def reverse_divergence(reference: Reference, bound: Measured | None) -> Measured | None:
    """KL(q‖p) = ln Z − ELBO(q), from the bound of q."""
    return bound and _told(reference.log_evidence - bound.value, bound.error + reference.error)


def _told(value: float, error: float) -> Measured | None:
    return Measured(value, error) if np.isfinite([value, error]).all() else None
