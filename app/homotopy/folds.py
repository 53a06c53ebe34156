"""Cross-validation: folds of the examples, and the strength that they choose."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from app.core.interfaces import Array

_DOMAIN = 0xF01D


class Chosen(NamedTuple):
    """Indices into a path of descending strengths.

    Attributes:
        minimum: where the mean over folds is least.
        one_standard_error: the largest strength whose mean is within one standard error of that.
    """

    minimum: int
    one_standard_error: int


def folds(examples: int, count: int, seed: int) -> tuple[tuple[Array, Array], ...]:
    """``count`` pairs of (kept, held out) indices; every example is held out once."""
    order = np.random.Generator(np.random.Philox(key=[seed, _DOMAIN])).permutation(examples)
    parts = [np.sort(order[fold::count]) for fold in range(count)]
    return tuple((np.setdiff1d(order, part), part) for part in parts)


def standard_error(errors: Array) -> Array:
    """Of the mean over folds: ``(folds, strengths) -> (strengths,)``."""
    return np.asarray(errors.std(axis=0, ddof=1) / np.sqrt(len(errors)))


def choose(mean: Array, error: Array) -> Chosen:
    """The one-standard-error rule (Hastie, Tibshirani & Friedman 2009, section 7.10)."""
    least = int(np.argmin(mean))
    return Chosen(least, int(np.argmax(mean <= mean[least] + error[least])))
