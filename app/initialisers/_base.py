"""What an initialiser is, and the variance-scaling families."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.core.interfaces import Array, Layer
from app.core.spec import CatalogueEntry


class Initialiser(CatalogueEntry):
    """A rule for the first weights of a layer; biases start at zero unless the entry says otherwise.

    Equal generators give equal parameters: layers are drawn in their order in the flat vector, weights before biases.
    """

    def weights(self, fan_out: int, fan_in: int, rng: np.random.Generator) -> Array:
        """W of one layer, ``(fan_out, fan_in)``."""
        raise NotImplementedError

    def offsets(self, fan_out: int, rng: np.random.Generator) -> Array:
        """b of one layer, ``(fan_out,)``."""
        return np.zeros(fan_out)

    def parameters(self, layers: Sequence[Layer], rng: np.random.Generator) -> Array:
        """All of θ in the flat order, ``(d,)`` float64."""
        return np.concatenate([part for layer in layers for part in self._layer(layer, rng)])

    def _layer(self, layer: Layer, rng: np.random.Generator) -> list[Array]:
        parts = [self.weights(layer.fan_out, layer.fan_in, rng).ravel()]
        return [*parts, self.offsets(layer.fan_out, rng)] if layer.biases else parts


def glorot(fan_in: int, fan_out: int) -> float:
    """2/(fan_in + fan_out): halfway between keeping the variance of activations and that of errors."""
    return 2 / (fan_in + fan_out)


def he(fan_in: int, fan_out: int) -> float:
    """2/fan_in: keeps the mean square of activations through rectifiers, which drop half of it."""
    return 2 / fan_in


def lecun(fan_in: int, fan_out: int) -> float:
    """1/fan_in: keeps the variance of activations through units near their linear part."""
    return 1 / fan_in


class ScaledUniform(Initialiser):
    """U(−√(3v), √(3v)), whose variance is v."""

    def variance(self, fan_in: int, fan_out: int) -> float:
        """Variance of a weight."""
        raise NotImplementedError

    def weights(self, fan_out: int, fan_in: int, rng: np.random.Generator) -> Array:
        limit = np.sqrt(3 * self.variance(fan_in, fan_out))
        return rng.uniform(-limit, limit, (fan_out, fan_in))


class ScaledNormal(Initialiser):
    """N(0, v)."""

    def variance(self, fan_in: int, fan_out: int) -> float:
        """Variance of a weight."""
        raise NotImplementedError

    def weights(self, fan_out: int, fan_in: int, rng: np.random.Generator) -> Array:
        return rng.normal(0.0, np.sqrt(self.variance(fan_in, fan_out)), (fan_out, fan_in))
