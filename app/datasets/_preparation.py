"""What is done to given (not drawn) data before training: a held-out split, and standardisation."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from app.core.errors import SpecError
from app.core.interfaces import Array, Scaling
from app.datasets._base import Sample


class Split(NamedTuple):
    """Row indices of the two parts, ascending; together every row once."""

    train: Array
    test: Array

    def of(self, inputs: Array, targets: Array) -> tuple[Sample, Sample]:
        """Training and held-out rows of the data."""
        return (inputs[self.train], targets[self.train]), (inputs[self.test], targets[self.test])


def split(rows: int, labels: Array | None, held_out: float, rng: np.random.Generator) -> Split:
    """Hold out a fraction of the rows, and of each class where there are ``labels``, rounded to whole rows.

    Every class (or, without labels, the data as a whole) keeps at least one training row.
    """
    classes = [] if labels is None else sorted(set(labels.tolist()))  # np.unique would import masked arrays
    groups = [np.flatnonzero(labels == c) for c in classes] or [np.arange(rows)]
    held = np.zeros(rows, bool)
    for group in groups:
        held[rng.permutation(group)[: _count(group.size, held_out)]] = True
    return Split(np.flatnonzero(~held), np.flatnonzero(held))


def _count(size: int, fraction: float) -> int:
    return min(int(size * fraction + 0.5), size - 1)


class _Columns(NamedTuple):
    """What z-scores are made with: columns are divided by ``size``, so that no square over- or underflows."""

    size: Array
    centre: Array
    spread: Array

    @classmethod
    def of(cls, train: Array) -> _Columns:
        size = np.abs(train).max(axis=0)
        size[size == 0] = 1
        scaled = train / size
        constant = np.ptp(scaled, axis=0) == 0
        with np.errstate(over="ignore"):
            spread = np.where(constant, 1 / size, scaled.std(axis=0))
        return cls(size, np.where(constant, scaled[0], scaled.mean(axis=0)), spread)


def scaling(values: Array, parts: Split) -> Scaling:
    """Shift and scale of :func:`standardised`: the mean and the σ of the training rows (1 for a constant column)."""
    columns = _Columns.of(values[parts.train])
    return Scaling(columns.centre * columns.size, columns.spread * columns.size)


def standardised(values: Array, parts: Split, pointer: str = "") -> Array:
    """z = (x − mean)/σ, column by column, with the mean and the (population) σ of the training rows alone.

    A column that is constant in training is centred, not divided.

    Raises:
        SpecError: a held-out value is so far from the training rows that its z-score is not finite.
    """
    columns = _Columns.of(values[parts.train])
    with np.errstate(over="ignore", invalid="ignore"):
        scores: Array = (values / columns.size - columns.centre) / columns.spread
    if not np.isfinite(scores).all():
        row, column = np.argwhere(~np.isfinite(scores))[0]
        raise SpecError(
            f"row {row + 1}, column {column + 1}: {values[row, column]} is too far from the training rows to be "
            "standardised; remove the row or leave standardise out",
            f"{pointer}/{row}/{column}",
        )
    return scores
