"""Ranks of draws, and what is made of them: normal scores, halves of chains, quantiles, distances from the median."""

from __future__ import annotations

import math
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np
import scipy

from app.core.interfaces import Array

BLOM = 3 / 8
FEWER = 0.75
"""Runs are worth their books where there are fewer of them than this part of the draws."""
MAGNITUDE, LOW_WORD = 0x7FFFFFFF, 0xFFFFFFFF
"""Bits of a 32-bit number besides its sign; the lower half of a 64-bit one."""


class Runs(NamedTuple):
    """Draws that repeat the one before them, as those of a chain that stood still, are ordered as one.

    Attributes:
        members: which run each draw belongs to, where they stood, ``(size,)``.
        weights: how many draws each run has, in the order of its draws, ``(m,)``.
    """

    members: Array
    weights: Array


class Order(NamedTuple):
    """Draws ``(chains, draws)`` in rising order, or runs of them where these are far fewer.

    Attributes:
        values: rising, ``(m,)``.
        places: where each stood, ``(m,)``.
        ends: how many draws there are up to and with each, ``(m,)``.
        runs: None where each draw stands for itself.
    """

    values: Array
    places: Array
    ends: Array
    runs: Runs | None

    @classmethod
    def of(cls, x: Array) -> Order:
        """Of all draws of all chains."""
        flat = x.reshape(-1)
        fresh = np.ones(flat.size, dtype=bool)
        np.not_equal(flat[1:], flat[:-1], out=fresh[1:])
        starts = np.flatnonzero(fresh)
        if starts.size > FEWER * flat.size:
            places = rising(flat)
            return cls(flat[places], places, np.arange(1, flat.size + 1), None)
        places = rising(flat[starts])
        weights, members = np.diff(starts, append=flat.size)[places], np.cumsum(fresh)
        members -= 1
        return cls(flat[starts[places]], places, np.cumsum(weights), Runs(members, weights))

    @property
    def size(self) -> int:
        """Of all draws."""
        return int(self.ends[-1])

    def normal_scores(self, precision: np.dtype[Any]) -> Array:
        """z = Φ⁻¹((r − 3/8)/(S + 1/4)), r the rank among all S draws, which equal draws share; ``(S,)``.

        Reference: Vehtari, Gelman, Simpson, Carpenter & Bürkner 2021, Rank-normalization, folding, and localization,
        equation 14 (Blom's offset).
        """
        scores = np.empty(self.values.size, precision)
        scores[self.places] = _scores(self.size, precision)[self._ranks()]
        return scores if self.runs is None else scores[self.runs.members]

    def _ranks(self) -> Array:
        """2(r − 1): the first and the last rank of those that are equal, added, from 0."""
        before = self.ends - (1 if self.runs is None else self.runs.weights)
        ranks = before + self.ends
        ranks -= 1
        same = np.flatnonzero(self.values[1:] == self.values[:-1])
        if same.size:
            begins, stops = np.ones((2, same.size), dtype=bool)
            stops[:-1] = begins[1:] = same[1:] - same[:-1] > 1
            first, last = same[begins], same[stops] + 1
            shared, times = before[first] + self.ends[last] - 1, last - first
            ranks[same], ranks[last] = np.repeat(shared, times), shared
        return ranks

    def at(self, place: int) -> Array:
        """The draw at a place of the order, from 0: ``()``."""
        return np.asarray(self.values[np.searchsorted(self.ends, place, side="right")])

    def folded(self) -> Order:
        """Of |x − median|: the draws below it, backwards, and those above are two rising rows to be merged."""
        median = (self.at((self.size - 1) // 2) + self.at(self.size // 2)) / 2
        below = int(np.searchsorted(self.values, median))
        distances = _backwards(np.abs(self.values - median), below)
        merged = np.argsort(distances, kind="stable")
        values, places = distances[merged], _backwards(self.places, below)[merged]
        if self.runs is None:
            return Order(values, places, self.ends, None)
        weights = _backwards(self.runs.weights, below)[merged]
        return Order(values, places, np.cumsum(weights), self.runs._replace(weights=weights))


def rising(values: Array) -> Array:
    """Places of numbers ``(m,)`` in rising order; those of 32 bits are sorted as one integer with their places."""
    if values.dtype != np.float32:
        return np.argsort(values)
    bits = values.view(np.int32)
    keys = (bits ^ ((bits >> 31) & MAGNITUDE)).astype(np.int64)
    keys <<= 32
    keys |= np.arange(values.size)
    keys.sort()
    keys &= LOW_WORD
    return keys


def _backwards(x: Array, below: int) -> Array:
    """The first so many from the last of them to the first, then the others."""
    return np.concatenate([x[:below][::-1], x[below:]])


@lru_cache(maxsize=12)
def _scores(size: int, precision: np.dtype[Any]) -> Array:
    """Normal scores of the ranks 1, 1½, 2, …, ``size``, which every parameter's draws share: ``(2·size − 1,)``."""
    ranks = 1 + 0.5 * np.arange(size)
    low = scipy.special.ndtri((ranks - BLOM) / (size - 2 * BLOM + 1))
    return np.concatenate([low, -low[-2::-1]]).astype(precision)


class Pooled:
    """Draws ``(..., chains, draws)`` whose order is found once, whoever asks for it; what is made of them is in their
    precision."""

    def __init__(self, x: Array) -> None:
        self.x = x
        self.precision = np.dtype(np.float32 if x.dtype == np.float32 else np.float64)

    @classmethod
    def of(cls, x: Array | Pooled) -> Pooled:
        """Of draws, if they are not pooled already."""
        return x if isinstance(x, Pooled) else cls(x)

    @cached_property
    def halves(self) -> Array:
        """As of :func:`halves`."""
        return halves(self.x)

    @cached_property
    def _orders(self) -> list[Order]:
        """Of the halves, parameter by parameter."""
        return [Order.of(one) for one in each(self.halves)]

    @cached_property
    def scores(self) -> Array:
        """Normal scores of the halves."""
        return self._like_halves([order.normal_scores(self.precision) for order in self._orders])

    @cached_property
    def folded_scores(self) -> Array:
        """Normal scores of |x − median| of the halves: chains that differ in spread alone differ in this."""
        return self._like_halves([order.folded().normal_scores(self.precision) for order in self._orders])

    def _like_halves(self, parts: list[Array]) -> Array:
        return (np.stack(parts) if len(parts) > 1 else parts[0]).reshape(self.halves.shape)

    @cached_property
    def _all_orders(self) -> list[Order]:
        """Of all draws, parameter by parameter: those of the halves, unless there is a middle draw."""
        return [Order.of(one) for one in each(self.x)] if self.x.shape[-1] % 2 else self._orders

    def quantile(self, probability: float) -> Array:
        """Of all draws of all chains, between two draws by interpolation, ``(..., 1, 1)``."""
        at = probability * (self.x.shape[-2] * self.x.shape[-1] - 1)
        low, high = (np.array([order.at(place) for order in self._all_orders]) for place in (int(at), math.ceil(at)))
        part = at - int(at)
        found = low + (high - low) * part if part < 0.5 else high - (high - low) * (1 - part)
        return np.asarray(found).reshape(*self.x.shape[:-2], 1, 1)

    def below(self, probability: float) -> Array:
        """1 for the draws of the halves that are not above a quantile, else 0."""
        return (self.halves <= self.quantile(probability)).astype(self.precision)


def each(x: Array) -> Array:
    """Draws parameter by parameter, ``(parameters, chains, draws)``."""
    return x.reshape(-1, *x.shape[-2:])


def halves(x: Array) -> Array:
    """Each chain cut in two, ``(..., 2·chains, draws // 2)``: a drift within a chain becomes a difference between two.

    The middle draw of an odd number belongs to neither half.
    """
    half = x.shape[-1] // 2
    return np.concatenate([x[..., :half], x[..., -half:]], axis=-2)
