"""Samples drawn from a known distribution: the held-out sample is a second, independent draw of the same size."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import field_validator
from pydantic_core.core_schema import ValidationInfo

from app.core.interfaces import Array, Data
from app.core.spec import Real, Whole, control
from app.datasets._base import MAX_EXAMPLES, Dataset, Sample, examples, generator, numbered, seed_control

SHAPE, TRAINING, HELD_OUT = range(3)
"""Streams of randomness: the distribution's own parameters, then the two samples."""


def on_circle(angle: Array) -> Array:
    """(cos, sin) of each angle: ``(n,) -> (n, 2)``."""
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


class Synthetic(Dataset):
    """``n`` examples drawn with ``seed``; ``noise`` is the standard deviation σ of the Gaussian noise."""

    n: Whole = control(200, "Examples", symbol="n", ge=2, le=MAX_EXAMPLES, scale="log")
    noise: Real = control(0.1, "Noise", symbol="σ", ge=0, le=10, slider=(0, 1), description="standard deviation")
    seed: Whole = seed_control()

    def perturbed(self, clean: Array, rng: np.random.Generator) -> Array:
        """``clean`` plus independent N(0, σ²) noise in every entry."""
        return clean + self.noise * rng.standard_normal(clean.shape)


class Clusters(Synthetic):
    """Classes of equal size (to within one), interleaved: example i is of class i mod k."""

    def ways(self) -> int:
        """Number of classes, k."""
        return 2

    def clean(self, labels: Array, rng: np.random.Generator) -> Array:
        """Where examples of these classes would lie without noise: ``(n,) -> (n, features)``."""
        raise NotImplementedError

    def load(self) -> Data:
        train, test = self._sample(TRAINING), self._sample(HELD_OUT)
        names = tuple(f"class {label}" for label in range(self.ways()))
        return examples(train, test, numbered(train[0].shape[1]), names, classify=True)

    def _sample(self, stream: int) -> Sample:
        rng = generator(self.seed, stream)
        labels = np.arange(self.n) % self.ways()
        return self.perturbed(self.clean(labels, rng), rng), labels


class ManyClusters(Clusters):
    """As many classes as ``classes`` says."""

    classes: Whole = control(3, "Classes", symbol="k", ge=2, le=10)

    @field_validator("classes")
    @classmethod
    def _no_empty_class(cls, classes: int, info: ValidationInfo) -> int:
        n = info.data.get("n", classes)
        if classes > n:
            raise ValueError(f"classes {classes} must be at most {n}, the number of examples; lower classes or raise n")
        return classes

    def ways(self) -> int:
        return self.classes


class Curve(Synthetic):
    """A function of one variable on ``interval``, observed with noise: y = f(x) + ε, ε ~ N(0, σ²)."""

    interval: ClassVar[tuple[float, float]] = (-1.0, 1.0)

    n: Whole = control(50, "Examples", symbol="n", ge=2, le=MAX_EXAMPLES, scale="log")
    spacing: Literal["even", "chebyshev", "random"] = control(
        "even",
        "Spacing",
        description="training inputs: evenly spaced, at the Chebyshev points cos((2i−1)π/2n), or drawn uniformly; "
        "held-out inputs are always drawn uniformly",
    )

    def f(self, x: Array) -> Array:
        """The noiseless curve, elementwise."""
        raise NotImplementedError

    def load(self) -> Data:
        train, test = self._observed(self.spacing, TRAINING), self._observed("random", HELD_OUT)
        return examples(train, test, ("x",), ("y",), classify=False)

    def _observed(self, spacing: str, stream: int) -> Sample:
        rng = generator(self.seed, stream)
        low, high = self.interval
        x = (low + high) / 2 + (high - low) / 2 * _on_unit_interval(self.n, spacing, rng)[:, None]
        return x, self.perturbed(self.f(x), rng)


def _on_unit_interval(n: int, spacing: str, rng: np.random.Generator) -> Array:
    """``n`` points of [−1, 1]."""
    if spacing == "even":
        return np.linspace(-1, 1, n)
    if spacing == "chebyshev":
        return -np.cos((2 * np.arange(n) + 1) * np.pi / (2 * n))
    return rng.uniform(-1, 1, n)
