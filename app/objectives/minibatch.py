"""Mini-batches: the same objective on a few of its examples at a time."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from app.core.errors import SpecError
from app.core.interfaces import Array, LayeredObjective
from app.core.streams import RandomStreams

DOMAIN = 0xBA7C4
TOGETHER = 1 << 13
"""Examples whose places in some epochs are drawn together."""


class MiniBatch:
    """Examples without replacement, reshuffled every epoch; the tail that does not fill a batch is left out.

    The batch of a step depends on (seed, step) and the number of examples alone, so a run can be taken up at any step,
    and the racers of a run, and runs after one another, share the orders that were drawn last.

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
        self._together = max(1, TOGETHER // objective.examples)

    def at(self, step: int, seed: int) -> LayeredObjective:
        """The objective of one step (counted from 0)."""
        return self.objective.subset(self.indices(step, seed))

    def indices(self, step: int, seed: int) -> Array:
        """The examples of one step, ``(batch_size,)``."""
        epoch, place = divmod(step, self.steps_per_epoch)
        start = place * self.batch_size
        return self._orders(seed, epoch, epoch + 1)[0, start : start + self.batch_size]

    def rows(self, first: int, count: int, seed: int) -> Array:
        """The examples of ``count`` steps from ``first`` on, ``(count, batch_size)``."""
        each, size = self.steps_per_epoch, self.batch_size
        epoch, start = divmod(first, each)
        orders = self._orders(seed, epoch, -(-(first + count) // each))[:, : each * size]
        return orders.reshape(-1, size)[start : start + count]

    def _orders(self, seed: int, first: int, stop: int) -> Array:
        """The orders of some epochs, ``(epochs, examples)``."""
        each = self._together
        parts = range(first // each, -(-stop // each))
        found = [_drawn(self.objective.examples, seed, part * each, each) for part in parts]
        orders = np.concatenate(found) if len(found) > 1 else found[0]
        return orders[first - parts.start * each : stop - parts.start * each]


@lru_cache(maxsize=32)
def _drawn(examples: int, seed: int, first: int, count: int) -> Array:
    """The orders of ``count`` epochs, read by many."""
    shuffles = RandomStreams(seed, DOMAIN)
    orders = np.stack([shuffles.at(epoch).permutation(examples) for epoch in range(first, first + count)])
    orders.flags.writeable = False
    return orders
