"""What a regulariser is."""

from __future__ import annotations

from typing import Any

from app.core.interfaces import Array
from app.core.spec import CatalogueEntry, Real, control


def strength_control() -> Any:
    """The field ``strength`` of every penalty."""
    return control(
        0.001,
        "Strength",
        symbol="λ",
        scale="log",
        slider=(1e-6, 1.0),
        ge=0,
        le=1e6,
        description="factor of the penalty; the loss it is added to is a mean over examples",
    )


class Regulariser(CatalogueEntry):
    """A penalty on parameters ``(…, d)``, added to the mean loss.

    ``weights`` is 1 for each parameter that is a weight and 0 for each bias, ``(d,)``; a regulariser that spares the
    biases multiplies by it.
    """

    strength: Real = strength_control()
    biases: bool = control(True, "Biases too", description="penalise the biases as well as the weights")

    def value(self, theta: Array, weights: Array) -> Array:
        """λΩ(θ): ``(…, d) -> (…)``."""
        raise NotImplementedError

    def gradient(self, theta: Array, weights: Array) -> Array:
        """λ∇Ω(θ): ``(…, d) -> (…, d)``."""
        raise NotImplementedError

    def hvp(self, theta: Array, v: Array, weights: Array) -> Array:
        """λ∇²Ω(θ)·v; the leading axes broadcast."""
        raise NotImplementedError

    def penalised(self, values: Array, weights: Array) -> Array:
        """The entries of ``(…, d)`` that the penalty sees, the others zero."""
        return values if self.biases else values * weights
