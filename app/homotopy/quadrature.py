"""Integrals of a log-concave density of two variables, whose kinks lie on the axes."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from app.core.interfaces import Array

Log = Callable[[Array], Array]
"""log p up to a constant, 0 at the mode: ``(…, 2) -> (…)``."""

NODES = 12
PANELS = 10
DEPTH = 42.0
"""The box ends where the density is below e^−42 of its peak everywhere on the border."""
EDGE = 48
GROWTH = 1.5
GROWTHS = 200


class Moments(NamedTuple):
    """Mean and standard deviation ``(2,)``, log ∫ of the density relative to its peak, and how far two rules differ."""

    mean: Array
    deviation: Array
    log_mass: float
    mean_error: Array
    log_mass_error: float


def box(log: Log, mode: Array) -> Array:
    """``[[x0, x1], [y0, y1]]`` around the mode, outside of which a log-concave density has no mass to speak of."""
    reach = np.array([[_drop(log, mode, axis, side) for side in (-1, 1)] for axis in (0, 1)])
    for _ in range(GROWTHS):
        edges = _edges(mode, reach)
        shallow = log(edges).max(axis=-1) > -DEPTH
        if not shallow.any():
            break
        reach[shallow] *= GROWTH
    return np.stack([mode - reach[:, 0], mode + reach[:, 1]], axis=-1)


def _drop(log: Log, mode: Array, axis: int, side: int) -> float:
    """How far along one axis the density falls to e^−½ of its peak, within a factor of 2."""
    length = 1.0
    far = mode + side * length * np.eye(2)[axis]
    while log(far) > -0.5:
        length *= 2
        far = mode + side * length * np.eye(2)[axis]
    while log(mode + side * length / 2 * np.eye(2)[axis]) < -0.5:
        length /= 2
    return length


def _edges(mode: Array, reach: Array) -> Array:
    """Points on the four sides: ``(axis, side, EDGE, 2)``."""
    along = np.linspace(0.0, 1.0, EDGE)
    lows, highs = mode - reach[:, 0], mode + reach[:, 1]
    edges = np.empty((2, 2, EDGE, 2))
    for axis in (0, 1):
        other = 1 - axis
        edges[axis, :, :, other] = lows[other] + (highs[other] - lows[other]) * along
        edges[axis, 0, :, axis], edges[axis, 1, :, axis] = lows[axis], highs[axis]
    return edges


def moments(log: Log, mode: Array, limits: Array) -> Moments:
    """By Gauss–Legendre rules on panels that end at the axes and at the mode, against the same with half the panels."""
    coarse, fine = (_moments(log, mode, limits, panels) for panels in (PANELS // 2, PANELS))
    return fine._replace(
        mean_error=np.abs(fine.mean - coarse.mean), log_mass_error=abs(fine.log_mass - coarse.log_mass)
    )


def _moments(log: Log, mode: Array, limits: Array, panels: int) -> Moments:
    (x, wx), (y, wy) = (rule(limits[k, 0], limits[k, 1], (0.0, float(mode[k])), panels) for k in (0, 1))
    grid = np.stack(np.meshgrid(x, y, indexing="ij"), axis=-1)
    weights = np.exp(log(grid)) * wx[:, None] * wy
    mass = weights.sum()
    mean = np.einsum("ij,ijk->k", weights, grid) / mass
    spread = np.einsum("ij,ijk->k", weights, (grid - mean) ** 2) / mass
    return Moments(mean, np.sqrt(spread), float(np.log(mass)), np.zeros(2), 0.0)


def rule(low: float, high: float, breaks: tuple[float, ...], panels: int) -> tuple[Array, Array]:
    """Nodes and weights on [low, high]: ``panels`` panels between neighbouring breaks, finer near them."""
    inner = sorted({b for b in breaks if low < b < high})
    ends = [low, *inner, high]
    pairs = [piece for pair in pairwise(ends) for piece in _graded(*pair, panels)]
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    x = [(a + b) / 2 + (b - a) / 2 * nodes for a, b in pairs]
    w = [(b - a) / 2 * weights for a, b in pairs]
    return np.concatenate(x), np.concatenate(w)


def _graded(low: float, high: float, panels: int) -> list[tuple[float, float]]:
    """Panels of a segment, shorter towards both ends, where kinks and peaks lie."""
    marks = (1 - np.cos(np.linspace(0.0, np.pi, panels + 1))) / 2
    cuts = low + (high - low) * marks
    return list(zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True))
