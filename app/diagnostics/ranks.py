"""Ranks of draws, and what is made of them: normal scores, halves of chains, quantiles, distances from the median."""

from __future__ import annotations

import math
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
import scipy

from app.core.interfaces import Array

BLOM = 3 / 8


class Order(NamedTuple):
    """Draws ``(chains, draws)`` in rising order, ``(size,)``, and where each stood when they were one row."""

    values: Array
    places: Array

    @classmethod
    def of(cls, x: Array) -> Order:
        """Of all draws of all chains."""
        flat = x.reshape(-1)
        places = np.argsort(flat)
        return cls(flat[places], places)

    def normal_scores(self) -> Array:
        """z = Φ⁻¹((r − 3/8)/(S + 1/4)), r the rank among all S draws, which equal draws share; ``(size,)``.

        Reference: Vehtari, Gelman, Simpson, Carpenter & Bürkner 2021, Rank-normalization, folding, and localization,
        equation 14 (Blom's offset).
        """
        size = self.values.size
        fresh = np.ones(size, dtype=bool)
        np.not_equal(self.values[1:], self.values[:-1], out=fresh[1:])
        scores, known = np.empty(size), _scores(size)
        if fresh.all():
            scores[self.places] = known[::2]
            return scores
        starts = np.flatnonzero(fresh)
        ends = np.append(starts[1:], size)
        scores[self.places] = np.repeat(known[starts + ends - 1], ends - starts)
        return scores

    def folded(self) -> Order:
        """Of |x − median|: the draws below it, backwards, and those above are two rising rows to be merged."""
        values, size = self.values, self.values.size
        median = (values[(size - 1) // 2] + values[size // 2]) / 2
        below = int(np.searchsorted(values, median))
        distances = np.concatenate([(median - values[:below])[::-1], values[below:] - median])
        merged = np.argsort(distances, kind="stable")
        return Order(distances[merged], np.concatenate([self.places[:below][::-1], self.places[below:]])[merged])


@lru_cache(maxsize=12)
def _scores(size: int) -> Array:
    """Normal scores of the ranks 1, 1½, 2, …, ``size``, which every parameter's draws share: ``(2·size − 1,)``."""
    ranks = 1 + 0.5 * np.arange(size)
    low = scipy.special.ndtri((ranks - BLOM) / (size - 2 * BLOM + 1))
    return np.concatenate([low, -low[-2::-1]])


class Pooled:
    """Draws ``(..., chains, draws)`` whose order is found once, whoever asks for it."""

    def __init__(self, x: Array) -> None:
        self.x = x

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
        return np.stack([order.normal_scores() for order in self._orders]).reshape(self.halves.shape)

    @cached_property
    def folded_scores(self) -> Array:
        """Normal scores of |x − median| of the halves: chains that differ in spread alone differ in this."""
        return np.stack([order.folded().normal_scores() for order in self._orders]).reshape(self.halves.shape)

    @cached_property
    def _rising(self) -> list[Array]:
        """All draws in order, parameter by parameter: those of the halves, unless there is a middle draw."""
        if self.x.shape[-1] % 2:
            return [np.sort(one, axis=None) for one in each(self.x)]
        return [order.values for order in self._orders]

    def below(self, probability: float) -> Array:
        """1 for the draws of the halves that are not above a quantile, else 0."""
        return (self.halves <= self._quantile(probability)).astype(np.float64)

    def _quantile(self, probability: float) -> Array:
        """Of all draws of all chains, between two draws by interpolation, ``(..., 1, 1)``."""
        at = probability * (self._rising[0].size - 1)
        low, high = (np.array([values[place] for values in self._rising]) for place in (int(at), math.ceil(at)))
        part = at - int(at)
        found = low + (high - low) * part if part < 0.5 else high - (high - low) * (1 - part)
        return np.asarray(found).reshape(*self.x.shape[:-2], 1, 1)


def each(x: Array) -> Array:
    """Draws parameter by parameter, ``(parameters, chains, draws)``."""
    return x.reshape(-1, *x.shape[-2:])


def halves(x: Array) -> Array:
    """Each chain cut in two, ``(..., 2·chains, draws // 2)``: a drift within a chain becomes a difference between two.

    The middle draw of an odd number belongs to neither half.
    """
    half = x.shape[-1] // 2
    return np.concatenate([x[..., :half], x[..., -half:]], axis=-2)
