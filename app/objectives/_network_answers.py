"""What a network answers, beside its loss: what its units do, what its outputs mean, how often it is right."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np

from app.core.errors import SpecError
from app.core.interfaces import Array, Data
from app.losses._base import Criterion
from app.objectives._network_activity import Activity, activity
from app.objectives._network_architecture import Architecture
from app.objectives._network_examples import floating, quiet
from app.objectives._network_mean import MeanLoss


class Answers:
    """The part of a network that reads outputs rather than losses; abstract."""

    architecture: Architecture
    _mean: MeanLoss
    _rows: Callable[[], Data]

    @cached_property
    def data(self) -> Data:
        """The examples as rows; a subset has its own."""
        return self._rows()

    @property
    def criterion(self) -> Criterion:
        """The loss, fitted to the data."""
        return self._mean.criterion

    def predict(self, theta: Array, inputs: Array) -> Array:
        """Outputs (logits, under cross-entropy) for ``inputs`` ``(m, features)``: ``(..., d) -> (..., m, outputs)``."""
        raise NotImplementedError

    def activity(self, theta: Array, inputs: Array) -> tuple[Activity, ...]:
        """What every unit does at one θ ``(d,)`` on ``inputs`` ``(m, features)``, layer by layer."""
        with quiet():
            return activity(self.architecture, floating(theta), np.ascontiguousarray(inputs.T))

    def shown(self, outputs: Array) -> Array:
        """Outputs ``(…, outputs, m)`` as people read them: probabilities where the loss reads logits."""
        with quiet():
            return self.criterion.shown(outputs)

    def accuracy(self, theta: Array) -> Array:
        """Fraction of the examples put in their class: ``(..., d) -> (...)``.

        Raises:
            SpecError: the task is a regression.
        """
        if self.data.task != "classification":
            raise SpecError("accuracy needs classes, and the task is a regression; use the loss")
        decisions = self.criterion.decide(self.predict(theta, self.data.inputs).mT)
        return np.asarray((decisions == self.data.targets).mean(axis=-1))
