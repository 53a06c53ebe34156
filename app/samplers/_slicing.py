"""One coordinate of every chain by slice sampling."""

from __future__ import annotations

import numpy as np

from app.core.inference import Target
from app.core.interfaces import Array
from app.samplers._metropolis import Place, place

EVALUATIONS = 6.0
"""What a coordinate costs where the width is about right."""
MOST_SHRINKS = 200


class Line:
    """ln p̃ of each chain as a function of its coordinate ``i``, counting its evaluations in ``spent`` ``(chains,)``."""

    def __init__(self, target: Target, theta: Array, i: int) -> None:
        self.target, self.theta, self.i = target, theta, i
        self.spent = np.zeros(len(theta), dtype=np.int64)

    def at(self, rows: Array, x: Array) -> Array:
        """ln p̃ of the chains ``rows`` with the coordinate at ``x``."""
        theta = self.theta[rows]
        theta[:, self.i] = x
        self.spent[rows] += 1
        return place(self.target, theta).log_density


def slice_coordinate(
    target: Target, at: Place, i: int, width: float, most: int, rng: np.random.Generator
) -> tuple[Place, Array]:
    """(the places after it, evaluations spent ``(chains,)``).

    Reference: Neal 2003, Slice sampling, figs. 3 and 5.
    """
    chains = len(at.theta)
    line = Line(target, at.theta, i)
    height = at.log_density - rng.standard_exponential(chains)
    low = at.theta[:, i] - width * rng.random(chains)
    left = np.floor(most * rng.random(chains))
    high = _stepped_out(line, low + width, width, most - 1 - left, height)
    low = _stepped_out(line, low, -width, left, height)
    x, log_density = _shrunk(line, at, low, high, height, rng)
    theta = at.theta.copy()
    theta[:, i] = x
    return Place(theta, log_density, at.gradient), line.spent


def _stepped_out(line: Line, end: Array, stride: float, allowance: Array, height: Array) -> Array:
    """Each end moved outwards while it lies in the slice and its allowance lasts."""
    rows = np.flatnonzero(allowance > 0)
    while rows.size:
        rows = rows[line.at(rows, end[rows]) > height[rows]]
        end[rows] += stride
        allowance[rows] -= 1
        rows = rows[allowance[rows] > 0]
    return end


def _shrunk(
    line: Line, at: Place, low: Array, high: Array, height: Array, rng: np.random.Generator
) -> tuple[Array, Array]:
    """A uniform point of the interval that lies in the slice, and ln p̃ there.

    A point that misses becomes the interval's end, so that the interval closes in on where the chain is; should
    rounding leave nothing else of it, the chain stays there.
    """
    now = at.theta[:, line.i]
    x, log_density = now.copy(), at.log_density.copy()
    rows = np.arange(len(now))
    for _ in range(MOST_SHRINKS):
        tried = low[rows] + rng.random(rows.size) * (high[rows] - low[rows])
        found = line.at(rows, tried)
        inside = found >= height[rows]
        x[rows[inside]], log_density[rows[inside]] = tried[inside], found[inside]
        rows, tried = rows[~inside], tried[~inside]
        if not rows.size:
            break
        below = tried < now[rows]
        low[rows[below]], high[rows[~below]] = tried[below], tried[~below]
    return x, log_density
