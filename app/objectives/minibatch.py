"""Mini-batches: the same objective on a few of its examples at a time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from app.core.errors import SpecError
from app.core.interfaces import Array, LayeredObjective
from app.core.streams import RandomStreams

_DOMAIN = 0xBA7C4


class _Epoch(NamedTuple):
    seed: int
    number: int
    order: Array
    shuffles: RandomStreams


class MiniBatch:
    """Examples without replacement, reshuffled every epoch; the tail that does not fill a batch is left out.

    The batch of a step depends on (seed, step) alone, so a run can be taken up at any step. What is kept between calls
    is the order of the current epoch, which is recomputed when another is asked for.

    Args:
        objective: a network on data.
        batch_size: examples a step.

    Raises:
        SpecError: ``batch_size`` is not between 1 and the number of examples.
    """

    def __init__(self, objective: LayeredObjective, batch_size: int) -> None:
        if not 1 <= batch_size <= objective.examples:
            raise SpecError(
                f"batch_size {batch_size} must be from 1 to {objective.examples}, the number of training examples; "
                "change it, or leave it out for all of them",
                "/batch_size",
            )
        self.objective = objective
        self.batch_size = batch_size
        self.steps_per_epoch = objective.examples // batch_size
        self._epoch = _Epoch(0, -1, np.arange(0), RandomStreams(0, _DOMAIN))

    def at(self, step: int, seed: int) -> LayeredObjective:
        """The objective of one step (counted from 0)."""
        return self.objective.subset(self.indices(step, seed))

    def indices(self, step: int, seed: int) -> Array:
        """The examples of one step, ``(batch_size,)``."""
        epoch, place = divmod(step, self.steps_per_epoch)
        start = place * self.batch_size
        return self._order(seed, epoch)[start : start + self.batch_size]

    def rows(self, first: int, count: int, seed: int) -> Array:
        """The examples of ``count`` steps from ``first`` on, ``(count, batch_size)``."""
        each, size = self.steps_per_epoch, self.batch_size
        epochs, start = range(first // each, -(-(first + count) // each)), first % each
        orders = [self._order(seed, epoch)[: each * size] for epoch in epochs]
        return np.concatenate(orders).reshape(-1, size)[start : start + count]

    def _order(self, seed: int, epoch: int) -> Array:
        current = self._epoch
        if current.number != epoch or current.seed != seed:
            shuffles = current.shuffles if current.seed == seed else RandomStreams(seed, _DOMAIN)
            order = shuffles.at(epoch).permutation(self.objective.examples)
            self._epoch = current = _Epoch(seed, epoch, order, shuffles)
        return current.order
