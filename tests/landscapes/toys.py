"""Small objectives with known answers, written out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.core.interfaces import Array, Data, Layer, LayeredObjective


class Quartic:
    """f(θ) = Σ (aₖ·θ)⁴ / 12 + ½ θᵀAθ: smooth, analytic, of any dimension, with every derivative in closed form."""

    def __init__(self, dim: int, seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        self.dim = dim
        self.rays = rng.standard_normal((3, dim))
        square = rng.standard_normal((dim, dim))
        self.matrix = square + square.T

    def value(self, theta: Array) -> Array:
        along = theta @ self.rays.T
        return np.sum(along**4, axis=-1) / 12 + np.sum(theta * (theta @ self.matrix), axis=-1) / 2

    def value_and_gradient(self, theta: Array) -> tuple[Array, Array]:
        along = theta @ self.rays.T
        return self.value(theta), along**3 @ self.rays / 3 + theta @ self.matrix

    def hessian(self, theta: Array) -> Array:
        weights = (theta @ self.rays.T) ** 2
        return np.einsum("...k,ki,kj->...ij", weights, self.rays, self.rays) + self.matrix

    def hvp(self, theta: Array, v: Array) -> Array:
        return np.einsum("...ij,...j->...i", self.hessian(theta), v)

    def parameter_names(self, most: int) -> tuple[str, ...]:
        return tuple(f"p{i}" for i in range(min(most, self.dim)))


class ReluNet(LayeredObjective):
    """Mean squared error of W₂ relu(W₁x + b₁) + b₂ on a few seeded examples; the forward pass alone."""

    def __init__(self, widths: tuple[int, int, int] = (3, 5, 2), examples: int = 11) -> None:
        inputs, hidden, outputs = widths
        first = hidden * (inputs + 1)
        self.dim = first + outputs * (hidden + 1)
        self.layers = (
            Layer("hidden 1", 0, first, inputs, hidden, True),
            Layer("output", first, self.dim, hidden, outputs, True),
        )
        self.examples = examples
        rng = np.random.default_rng(7)
        x, y = rng.standard_normal((examples, inputs)), rng.standard_normal((examples, outputs))
        self.data = Data(x, y, x[:0], y[:0], "regression", 0, (), ())

    def value(self, theta: Array) -> Array:
        signal: Any = self.data.inputs
        for layer in self.layers:
            weights, biases = unpacked(theta, layer)
            before = signal @ weights.mT + biases[..., None, :]
            signal = np.maximum(before, 0) if layer is not self.layers[-1] else before
        return np.mean(np.sum((signal - self.data.targets) ** 2, axis=-1), axis=-1)

    def value_on_slice(self, origin: Array, directions: Array, coordinates: Array) -> Array:
        return self.value(origin + coordinates @ directions)

    def value_on_grid(self, origin: Array, directions: Array, columns: Array, rows: Array) -> Array:
        return self.value_on_slice(origin, directions, np.stack(np.meshgrid(columns, rows), axis=-1))

    def parameter_names(self, most: int) -> tuple[str, ...]:
        return tuple(f"{layer.name} {i}" for layer in self.layers for i in range(layer.start, layer.stop))[:most]


def unpacked(theta: Array, layer: Layer) -> tuple[Array, Array]:
    """(W, b) of one layer: ``(..., fan_out, fan_in), (..., fan_out)``."""
    middle = layer.start + layer.fan_out * layer.fan_in
    weights = theta[..., layer.start : middle].reshape(*theta.shape[:-1], layer.fan_out, layer.fan_in)
    return weights, theta[..., middle : layer.stop]


def rescaled(theta: Array, net: ReluNet, factor: float) -> Array:
    """W₁ and b₁ times ``factor``, W₂ divided by it: the same function of the inputs."""
    first, last = net.layers
    scaled = theta.copy()
    scaled[..., : first.stop] *= factor
    scaled[..., last.start : last.start + last.fan_out * last.fan_in] /= factor
    return scaled


def random_walk(points: int, dim: int, rng: np.random.Generator) -> Array:
    """A Gaussian random walk, ``(points, dim)``."""
    return rng.standard_normal((points, dim)).cumsum(axis=0)
