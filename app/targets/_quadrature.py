"""Answers by quadrature: trapezoid grids, doubled until they agree with themselves, in at most two dimensions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from app.core.inference import Reference
from app.core.interfaces import Array, Objective

AGREEMENT = 1e-10
FINEST = {1: 16_385, 2: 1_025}
COARSEST = 65
WIDER = 1.25
"""Factor of the wider box that an answer must hold on too."""
LOST = 1e-3
"""Relative mass outside the box beyond which there is no answer."""
CHUNK = 16_384


class Moments(NamedTuple):
    """ln ∫p̃, mean and covariance on one grid."""

    log_evidence: float
    mean: Array
    covariance: Array


def nodes(box: Array, count: int) -> Array:
    """Points of the grid, the last coordinate fastest: ``(count^d, d)``."""
    axes = [np.linspace(low, high, count) for low, high in box]
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(box))


def log_densities(energy: Objective, points: Array) -> Array:
    """−value at points ``(n, d)``, where undefined −inf: ``(n,)``."""
    with np.errstate(all="ignore"):
        parts = [-energy.value(points[i : i + CHUNK]) for i in range(0, len(points), CHUNK)]
    values = np.concatenate(parts)
    return np.where(np.isnan(values), -np.inf, values)


def weigh(points: Array, log_density: Array, log_cell: float) -> Moments:
    """Moments of points with unnormalised log densities; every point stands for a cell of volume exp(log_cell)."""
    top = float(log_density.max())
    if not np.isfinite(top):
        return Moments(top, np.full(points.shape[1], np.nan), np.full((points.shape[1],) * 2, np.nan))
    weights = np.exp(log_density - top)
    total = float(weights.sum())
    mean = weights @ points / total
    away = points - mean
    return Moments(top + float(np.log(total)) + log_cell, mean, (away * weights[:, None]).T @ away / total)


def trapezoid(energy: Objective, box: Array, count: int) -> Moments:
    """The trapezoid rule with ``count`` points an axis; the density is taken to vanish at the ends of the box."""
    points = nodes(box, count)
    log_cell = float(np.log((box[:, 1] - box[:, 0]) / (count - 1)).sum())
    return weigh(points, log_densities(energy, points), log_cell)


def refined(energy: Objective, box: Array) -> Iterator[Moments]:
    """The trapezoid rule on grids of twice as many cells each, up to the finest."""
    count = COARSEST
    while count <= FINEST[len(box)]:
        yield trapezoid(energy, box, count)
        count = 2 * count - 1


def widened(box: Array, factor: float) -> Array:
    """The box, wider about its middle."""
    middle, half = box.mean(axis=-1), factor * (box[:, 1] - box[:, 0]) / 2
    return np.stack([middle - half, middle + half], axis=-1)


def quadrature(energy: Objective, box: Array) -> Reference | None:
    """The answer on the box; None in more than two dimensions, and where the box does not hold the mass.

    The error is what the last refinement or a wider box changed, whichever is more.
    """
    if len(box) not in FINEST:
        return None
    last, change = _converged(energy, widened(box, WIDER))
    with np.errstate(invalid="ignore"):
        lost = abs(trapezoid(energy, box, _points_of(box)).log_evidence - last.log_evidence)
    if not (np.isfinite(last.log_evidence) and lost < LOST):
        return None
    how = "trapezoid rule on a grid that was refined and widened until ln Z stood still"
    return Reference(last.log_evidence, last.mean, last.covariance, how, max(change, float(lost)))


def unanswered(dim: int) -> str:
    """Why there is no answer, where :func:`quadrature` gives none for ``dim`` parameters."""
    if dim not in FINEST:
        return "no exact answer is known, and quadrature does not reach so many dimensions"
    return "no exact answer is known, and quadrature does not settle: its grid is too coarse or loses mass"


def _points_of(box: Array) -> int:
    return FINEST[len(box)] // 2 + 1


def _converged(energy: Objective, box: Array) -> tuple[Moments, float]:
    last: Moments | None = None
    change = np.inf
    for moments in refined(energy, box):
        if last is not None:
            with np.errstate(invalid="ignore"):
                change = abs(moments.log_evidence - last.log_evidence)
        last = moments
        if change < AGREEMENT:
            break
    assert last is not None
    return last, float(np.maximum(change, 1e-16))
