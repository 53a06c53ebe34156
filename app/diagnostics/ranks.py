"""Ranks of draws, and what is made of them: normal scores, halves of chains, distances from the median."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from app.core.interfaces import Array

BLOM = 3 / 8


def average_ranks(x: Array) -> Array:
    """Ranks from 1 of all entries of one array, ties sharing their mean rank; shaped like ``x``."""
    flat = x.ravel()
    order = np.argsort(flat)
    fresh = np.empty(flat.size, dtype=bool)
    fresh[:1] = True
    np.not_equal(flat[order[1:]], flat[order[:-1]], out=fresh[1:])
    starts = np.flatnonzero(fresh)
    means = starts + 0.5 * (np.diff(starts, append=flat.size) + 1)
    ranks = np.empty(flat.size)
    ranks[order] = means[np.cumsum(fresh) - 1]
    return ranks.reshape(x.shape)


def normal_scores(x: Array) -> Array:
    """z = Φ⁻¹((r − 3/8)/(S + 1/4)), r the rank among all S draws of all chains; ``(..., chains, draws)`` likewise.

    Reference: Vehtari, Gelman, Simpson, Carpenter & Bürkner 2021, Rank-normalization, folding, and localization,
    equation 14 (Blom's offset).
    """
    pooled = x.reshape(-1, *x.shape[-2:])
    ranks = np.stack([average_ranks(one) for one in pooled]).reshape(x.shape)
    size = x.shape[-1] * x.shape[-2]
    scores: Array = ndtri((ranks - BLOM) / (size - 2 * BLOM + 1))
    return scores


def halves(x: Array) -> Array:
    """Each chain cut in two, ``(..., 2·chains, draws // 2)``: a drift within a chain becomes a difference between two.

    The middle draw of an odd number belongs to neither half.
    """
    half = x.shape[-1] // 2
    return np.concatenate([x[..., :half], x[..., -half:]], axis=-2)


def folded(x: Array) -> Array:
    """|x − median|: chains that agree on the middle and differ in spread differ in this."""
    distance: Array = np.abs(x - np.median(x, axis=(-2, -1), keepdims=True))
    return distance
