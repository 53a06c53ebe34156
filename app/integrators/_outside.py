"""What lies outside a window: two shells around it on a coarse grid, and what is to be expected beyond them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from app.core.inference import Target
from app.core.interfaces import Array
from app.targets._quadrature import Moments, log_densities, nodes, widened

CELLS = 8
"""Of the fourfold window along an axis, in units of which the window has two and the double window four."""
MASS, SPREAD = 1e-6, 1e-4
"""Shares of the mass and of a variance above which what lies outside matters."""


class Outside(NamedTuple):
    """Estimated shares outside the window: of the mass, and of the coordinate's variance where it is largest."""

    mass: float
    variance: float

    @property
    def matters(self) -> bool:
        """Whether an answer that leaves it out is wrong."""
        return self.mass > MASS or self.variance > SPREAD

    def facts(self) -> dict[str, Any]:
        """As diagnostics, with a note where it matters."""
        told = {"outside_mass": self.mass, "outside_variance": self.variance}
        if not self.matters:
            return told
        lost = f"about {self.mass:.2g} of the mass and {self.variance:.2g} of a variance"
        return {**told, "note": f"{lost} lie outside the window, which this answer leaves out; widen the window"}


def outside(target: Target, inside: Moments, points: int) -> Outside:
    """From the masses of two shells, between the window, twice and four times the window, about its middle.

    Beyond the second shell each is taken to be smaller than the one before by the factor by which the second is smaller
    than the first: exact for a power law, too much for anything that fades faster; shares are 1 where shells do not
    fade, as those of a tail without a variance.

    Args:
        inside: the moments within the window.
        points: an axis, of the grid on the fourfold window, or a few more.
    """
    count = CELLS * max(1, points // CELLS) + 1
    grid = nodes(widened(target.box, 4.0), count)
    log_cell = float(np.log(4 * (target.box[:, 1] - target.box[:, 0]) / (count - 1)).sum())
    with np.errstate(over="ignore"):
        weight = np.exp(log_densities(target, grid) + log_cell - inside.log_evidence)
    window, double, whole = (_within(target.dim, count, width) for width in (2, 4, 8))
    amounts = np.column_stack([np.ones(len(grid)), (grid - inside.mean) ** 2])
    first, second = ((weight * shell) @ amounts for shell in (double - window, whole - double))
    own = np.concatenate([[1.0], np.diagonal(inside.covariance)])
    shares = _share(first, second, own)
    return Outside(float(shares[0]), float(shares[1:].max()))


def _within(dim: int, count: int, width: int) -> Array:
    """The share of each node's cell within the middle ``width`` of eight parts: ½ on a face, ¼ on an edge."""
    place = np.abs(np.arange(count) - (count - 1) // 2)
    edge = width * (count - 1) // (2 * CELLS)
    share = np.where(place < edge, 1.0, np.where(place == edge, 0.5, 0.0))
    return np.asarray(np.prod(np.meshgrid(*[share] * dim, indexing="ij"), axis=0).ravel())


def _share(first: Array, second: Array, own: Array) -> Array:
    """Outside over all, the shells summed as a geometric series; 1 where that does not converge."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        factor = np.where(second == 0, 0.0, second / first)
        lost = np.where(factor < 1, first + second / (1 - factor), np.inf)
        return np.asarray(np.where(np.isfinite(lost), lost / (own + lost), 1.0))
