"""Draws whose width is chosen, the same for every layer."""

from __future__ import annotations

import numpy as np

from app.core.interfaces import Array
from app.core.spec import control
from app.initialisers._base import Initialiser


class Plain(Initialiser):
    """Independent draws from one distribution, for the biases too where ``biases`` is set."""

    biases: bool = control(False, "Biases too", description="draw the biases likewise instead of starting them at zero")

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        """Independent entries of the distribution."""
        raise NotImplementedError

    def weights(self, fan_out: int, fan_in: int, rng: np.random.Generator) -> Array:
        return self.draw((fan_out, fan_in), rng)

    def offsets(self, fan_out: int, rng: np.random.Generator) -> Array:
        return self.draw((fan_out,), rng) if self.biases else np.zeros(fan_out)
