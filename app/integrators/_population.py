"""A crowd of points that moves so that a density stays as it is: what annealing and nested sampling share."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from app.core.interfaces import Array

LogDensity = Callable[[Array], Array]
"""ln of a density up to a constant: ``(n, d) -> (n,)``; −inf where it vanishes."""

JITTER = 1e-9


class Moved(NamedTuple):
    """Points ``(n, d)`` after some moves, the share of proposals that were taken, and evaluations spent."""

    theta: Array
    acceptance: float
    evaluations: int


def move(theta: Array, log_density: LogDensity, steps: int, rng: np.random.Generator) -> Moved:
    """Random-walk Metropolis with the shape of the crowd: each half is moved by the covariance of the other.

    A half's proposals depend on the other half alone, so that the joint density of independent points stays exactly
    as it is. The length of a step is 2.38/√d times that shape times 10^{−u}, u uniform on [0, 1].

    Reference: Goodman & Weare 2010 for the two halves; Roberts, Gelman & Gilks 1997 for 2.38/√d.
    """
    theta = theta.copy()
    now = log_density(theta)
    halves = np.arange(len(theta)) % 2 == 0
    taken = 0.0
    for _ in range(steps):
        for own in (halves, ~halves):
            root = shape_of(theta[~own])
            theta[own], now[own], share = _metropolis(theta[own], now[own], log_density, root, rng)
            taken += share / 2
    return Moved(theta, taken / max(1, steps), len(theta) * (steps + 1))


def walk(theta: Array, log_density: LogDensity, root: Array, steps: int, rng: np.random.Generator) -> Moved:
    """The same with a shape that is given: ``root`` ``(d, d)``."""
    now, taken = log_density(theta), 0.0
    for _ in range(steps):
        theta, now, share = _metropolis(theta, now, log_density, root, rng)
        taken += share
    return Moved(theta, taken / max(1, steps), len(theta) * (steps + 1))


def shape_of(theta: Array) -> Array:
    """2.38/√d times the Cholesky root of the covariance, ``(d, d)``."""
    dim = theta.shape[-1]
    covariance = np.atleast_2d(np.cov(theta, rowvar=False)) if len(theta) > 1 else np.zeros((dim, dim))
    scale = max(float(np.trace(covariance)) / dim, 1e-300)
    root = np.linalg.cholesky(covariance + JITTER * scale * np.eye(dim))
    return np.asarray(2.38 / np.sqrt(dim) * root)


def _metropolis(
    theta: Array, now: Array, log_density: LogDensity, root: Array, rng: np.random.Generator
) -> tuple[Array, Array, float]:
    length = 10.0 ** -rng.random((len(theta), 1))
    proposal = theta + length * (rng.standard_normal(theta.shape) @ root.T)
    with np.errstate(all="ignore"):
        proposed = log_density(proposal)
        ratio = np.where(np.isnan(proposed), -np.inf, proposed) - now
    accepted = np.log1p(-rng.random(len(theta))) < ratio
    return np.where(accepted[:, None], proposal, theta), np.where(accepted, proposed, now), float(accepted.mean())
