"""Dropout as an activation: what a unit says is sometimes not heard."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from app.activations._base import Activation
from app.core.interfaces import Array
from app.core.spec import Real, Whole

_DOMAIN = 0xD201


class Dropped(Activation):
    """m·φ(z), with m = 0 for a share ``rate`` of (unit, example) pairs and 1/(1 − rate) for the others.

    The mask depends on (seed, step, layer) and on the shape ``(units, examples)`` alone, so that a step's value and
    gradient see the same one, and every slice of a run the same as the whole. E[m] = 1: nothing is rescaled afterwards.

    Reference: Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov 2014, JMLR 15, section 10.
    """

    inner: Activation
    rate: Real
    seed: Whole
    step: Whole
    layer: Whole

    pointwise = False

    @property
    def slope_bound(self) -> float:
        """That of φ, as far as it may be scaled."""
        return self.inner.slope_bound / (1 - self.rate)

    def value(self, z: Array, out: Array | None = None) -> Array:
        """m·φ."""
        return self.inner.value(z, out) * self._mask(z)

    def first(self, z: Array) -> tuple[Array, Array]:
        """(m·φ, m·φ′)."""
        mask = self._mask(z)
        value, slope = self.inner.first(z)
        return value * mask, slope * mask

    def second(self, z: Array) -> tuple[Array, Array, Array]:
        """(m·φ, m·φ′, m·φ″)."""
        mask = self._mask(z)
        value, slope, bend = self.inner.second(z)
        return value * mask, slope * mask, bend * mask

    def _mask(self, z: Array) -> Array:
        units, examples = z.shape[-2:]
        mask = drawn(self.rate, self.seed, self.step, self.layer, units, examples)
        return mask.astype(np.float32) if z.dtype == np.float32 else mask


@lru_cache(maxsize=8)
def drawn(rate: float, seed: int, step: int, layer: int, units: int, examples: int) -> Array:
    """m, ``(units, examples)``."""
    rng = np.random.Generator(np.random.Philox(key=[seed, _DOMAIN], counter=[0, 0, layer, step]))
    mask = (rng.random((units, examples)) >= rate) / (1 - rate)
    mask.setflags(write=False)
    return np.asarray(mask)
