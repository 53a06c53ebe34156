"""Our run job with the frames that the page draws: every step looked at on all examples, and in the plane."""

from __future__ import annotations

from benchmarks.cases import Prepared, Training
from benchmarks.peers._thalweg import Ours, training


class ThalwegWhole(Ours):
    """Frames of the whole objective, at each step and at its place in the plane."""

    title = "Thalweg, all examples at every step and in the plane"

    def training(self, task: Training) -> Prepared:
        """The run job with its own default."""
        return training(task, "objective")
