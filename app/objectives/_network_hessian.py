"""The whole Hessian of a network, by second derivatives in the *units* instead of the parameters.

A weight W_l[i, j] changes z_l[i] of example s by a_{l−1}[j, s], and everything above is linear in that change, example
by example. So second derivatives in the weights are those in the z, weighted by what the weights multiply, and a block
of the Hessian is one matrix product over examples:

    H[(l,i,j), (m,p,q)] = Σ_s a_{l−1}[j] (∂δ_m[p]/∂z_l[i] a_{m−1}[q] + δ_m[p] ∂a_{m−1}[q]/∂z_l[i]),   m ≥ l.

The Gauss–Newton part lacks the second term, and ∂δ/∂z lacks its share of φ″ (see :mod:`._network_seconds`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from app.core.interfaces import Array
from app.core.memory import Latest, aligned
from app.core.threads import shared_out
from app.losses._base import Criterion
from app.objectives._network_architecture import Architecture
from app.objectives._network_bent import Bent, Shown, shown_to
from app.objectives._network_blocks import Blocks, Diagonal, StraightBlocks
from app.objectives._network_examples import Examples
from app.objectives._network_sums import sums_of

PART_NUMBERS = 1 << 18
"""Numbers of a part's largest temporary: 2 MB, a core's cache; in smaller sweeps two threads hinder each other."""
MOST_KEPT = 4
MOST_BYTES = 1 << 24
"""Buffers of a :class:`Summing` that is kept for the next use."""


class Hessians:
    """Those of a network's mean loss: the buffers of one serve the next one like it, in the same thread."""

    def __init__(self, net: Architecture, criterion: Criterion) -> None:
        self._net, self._criterion = net, criterion
        self._latest = Latest[tuple[int, np.dtype[Any], type[Bent]], Summing](MOST_KEPT)

    def matrix(self, theta: Array, examples: Examples, *, straight: bool) -> Array:
        """∇²L of the mean over ``examples`` at a flat ``theta``, or its Gauss–Newton part: ``(d, d)``.

        Halves of the examples are shared out among threads.
        """
        kind, sums = StraightBlocks if straight else Blocks, sums_of(self._net.places)
        parts = _parts(self._net, examples.count, sums.size)
        middle = (len(parts) + 1) // 2
        halves = [parts[:middle], parts[middle:]][: len(parts)]
        first, *others = shared_out(lambda some: self._sums(kind, theta, examples, some, len(halves) > 1), halves)
        for other in others:
            first += other
        return sums.matrix(first)

    def diagonal(self, theta: Array, examples: Examples) -> Array:
        """The diagonal of the Hessian ``(d,)``, without the matrix."""
        parts = _parts(self._net, examples.count, PART_NUMBERS)
        return self._sums(Diagonal, theta, examples, parts, False).take(self._net.ranks)

    def _sums(self, kind: type[Bent], theta: Array, examples: Examples, parts: list[slice], shared: bool) -> Array:
        """Over some parts: until this thread asks again, or, where they are ``shared``, for good."""
        key = examples.count, theta.dtype, kind
        summing = self._latest.take(key) or Summing(kind, self._net, self._criterion, theta.dtype)
        total = summing.go(theta, examples, parts)
        if summing.nbytes > MOST_BYTES:
            return total
        self._latest.keep(key, summing)
        return total.copy() if shared else total


class Summing:
    """The sums over one part of the examples after another."""

    def __init__(self, kind: type[Bent], net: Architecture, criterion: Criterion, dtype: np.dtype[Any]) -> None:
        self._kind, self._net, self._criterion = kind, net, criterion
        self._theta, self._total = aligned(net.dim, dtype), aligned(kind.numbers(net), dtype)
        self._by_size: dict[int, Bent] = {}
        self._shown: Shown | None = None

    @property
    def nbytes(self) -> int:
        """Of all buffers, by and large."""
        return self._total.nbytes + sum(bent.nbytes for bent in self._by_size.values())

    def go(self, theta: Array, examples: Examples, parts: list[slice]) -> Array:
        """At a flat ``theta``, over these parts: there until it is asked for again."""
        if self._shown is None or self._shown.examples is not examples:
            self._shown = shown_to(self._criterion, examples, theta.dtype)
        theta.take(self._net.order, out=self._theta, mode="clip")
        for some in parts:
            self._of(some.stop - some.start, self._shown).add(self._shown, some, first=some is parts[0])
        return self._total

    def _of(self, size: int, shown: Shown) -> Bent:
        if size not in self._by_size:
            self._by_size[size] = self._kind(self._net, self._criterion, self._theta, self._total, shown, size)
        return self._by_size[size]


def _parts(net: Architecture, count: int, added: int) -> list[slice]:
    """Parts of the examples, small enough for the cache unless the sums to which each is ``added`` are larger.

    Equal ones, and one or an even number of them, so that halves take as long.
    """
    most = max(1, max(PART_NUMBERS, added) // (max(net.widths) + 1) ** 2) if net.pointwise else count
    pairs = -(-count // (2 * most))
    size = count if count <= most else -(-count // (2 * pairs))
    return [slice(start, min(start + size, count)) for start in range(0, count, size)]
