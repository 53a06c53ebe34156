"""Gauss quadratures of a symmetric operator's spectral measure, by Lanczos from many starts abreast."""

from __future__ import annotations

import os
from typing import NamedTuple

import numpy as np
import scipy

from app.core.helpers import dealt_out
from app.core.interfaces import Array
from app.curvature.krylov import Spaces, begin, grown
from app.curvature.products import Product, rows_at_once

STEPS = 8
"""A piece takes that many times the products of other work, which are slower one by one than many abreast."""


class Quadrature(NamedTuple):
    """Σ weights·g(nodes) ≈ vᵀ g(A) v for a unit vector v, exact for polynomials g of degree 2·len(nodes) − 1."""

    nodes: Array
    weights: Array


class Task(NamedTuple):
    """To let the spaces number ``which`` grow; they do not travel to a process that has them in that size."""

    which: int
    size: int
    spaces: Spaces | None


class More(NamedTuple):
    """The vectors by which spaces grew, ``(k, n, d)``, their α and β so far, and the process that has them."""

    vectors: Array
    alpha: Array
    beta: Array
    process: int


class Shelf:
    """Where a process has spaces that grow; one that helps has a shelf of its own, and keeps there what it made.

    Args:
        product: v ↦ Av.
        turns: by how many vectors spaces grow at a time.
    """

    def __init__(self, product: Product, turns: int) -> None:
        self._product, self._turns = product, turns
        self._spaces, self._elsewhere = dict[int, Spaces](), dict[int, int]()

    def __reduce__(self) -> tuple[type[Shelf], tuple[Product, int]]:
        """Empty."""
        return Shelf, (self._product, self._turns)

    def grown(self, halves: tuple[Spaces, ...]) -> tuple[Spaces, ...]:
        """All of them, by as many processes as there may be."""
        self._spaces = dict(enumerate(halves))
        found = dealt_out(Shelf.more_of, self, [self._task(which, spaces) for which, spaces in enumerate(halves)])
        gains = [more or self._more(*pair) for more, pair in zip(found, enumerate(halves), strict=True)]
        after = tuple(spaces.joined(*more[:3]) for spaces, more in zip(halves, gains, strict=True))
        self._elsewhere = {k: after[k].size for k, more in enumerate(gains) if more.process != os.getpid()}
        return after

    def more_of(self, task: Task) -> More | None:
        """What some gain; None where they are not here."""
        spaces = task.spaces or self._spaces.get(task.which)
        return self._more(task.which, spaces) if spaces and spaces.size == task.size else None

    def _task(self, which: int, spaces: Spaces) -> Task:
        known = self._elsewhere.get(which) == spaces.size
        return Task(which, spaces.size, None if known else spaces)

    def _more(self, which: int, before: Spaces) -> More:
        spaces = before
        for _ in range(self._turns):
            if spaces.grows:
                spaces = grown(spaces, self._product)
        self._spaces[which] = spaces
        vectors = np.ascontiguousarray(spaces.basis[:, before.size + 1 : spaces.size + 1])
        return More(vectors, spaces.alpha, spaces.beta, os.getpid())


class Growing(NamedTuple):
    """Spaces in two halves, and what processes have of them."""

    halves: tuple[Spaces, ...]
    shelf: Shelf | None = None

    def __reduce__(self) -> tuple[type[Growing], tuple[tuple[Spaces, ...]]]:
        """Shelves do not travel."""
        return Growing, (self.halves,)


class GaussQuadratures(NamedTuple):
    """Gauss quadratures of the spectral measure of A at each of ``starts`` ``(k, d)``, by ``steps`` products each.

    Processes share the starts out. One ends early where its space is invariant.

    Reference: Golub & Welsch 1969, Calculation of Gauss quadrature rules; Ubaru, Chen & Saad 2017, Fast estimation of
    tr(f(A)) via stochastic Lanczos quadrature, Algorithm 1.
    """

    product: Product
    starts: Array
    steps: int

    def begin(self) -> Growing:
        """Nothing but the starts, in halves."""
        middle = (len(self.starts) + 1) // 2
        halves = self.starts[:middle], self.starts[middle:]
        return Growing(tuple(begin(half, self.steps) for half in halves if len(half)))

    def advance(self, state: Growing) -> Growing:
        """Some more nodes of each."""
        turns = max(1, rows_at_once(self.starts.shape[1], STEPS) // len(self.starts))
        shelf = state.shelf or Shelf(self.product, turns)
        return Growing(shelf.grown(state.halves), shelf)

    def result(self, state: Growing) -> list[Quadrature] | None:
        """Nodes and weights of each."""
        if any(spaces.grows for spaces in state.halves):
            return None
        return [_quadrature(*pair) for spaces in state.halves for pair in zip(spaces.alpha, spaces.beta, strict=True)]


def _quadrature(alpha: Array, beta: Array) -> Quadrature:
    size = int(np.argmax(beta == 0)) + 1 if (beta == 0).any() else len(alpha)
    nodes, vectors = scipy.linalg.eigh_tridiagonal(alpha[:size], beta[: size - 1])
    return Quadrature(nodes, vectors[0] ** 2)
