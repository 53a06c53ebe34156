"""Densities whose exact draws are known to every digit, and the distance of a sample from them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from app.core.inference import Reference, Sampler, SamplerInfo, SamplerState, Target
from app.core.interfaces import Array
from app.core.spec import catalogue
from app.targets._base import Density, Facts
from app.targets._energies import Energy, GaussianEnergy

SAMPLERS: dict[str, type[Sampler]] = catalogue("app.samplers", Sampler)
"""Every kernel by kind: what the conformance tests walk."""

EULER = 0.5772156649015329


def rng(*key: int) -> np.random.Generator:
    """Reproducible randomness."""
    return np.random.Generator(np.random.Philox(key=list(key) + [0] * (2 - len(key))))


class LogExponential(Energy):
    """p(x) = exp(x − eˣ): the logarithm of an exponential variable. Skewed, so that no symmetry hides a slip."""

    def value_and_gradient(self, theta: Array) -> tuple[Array, Array]:
        e = np.exp(theta)
        return (e - theta).sum(axis=-1), e - 1

    def hessian(self, theta: Array) -> Array:
        return np.exp(theta)[..., None] * np.eye(self.dim)


def log_exponential(dim: int = 1) -> Density:
    """Independent logarithms of exponential variables."""
    facts = Facts(
        reference=lambda: Reference(0.0, np.full(dim, -EULER), np.eye(dim) * np.pi**2 / 6, "closed form", 0.0),
        sample=lambda source, count: np.log(source.standard_exponential((count, dim))),
    )
    return Density(LogExponential(dim), np.array([[-8.0, 3.0]] * dim), tuple("abcdefgh"[:dim]), facts)


def log_exponential_law(theta: Array) -> Array:
    """P(X ≤ x) = 1 − exp(−eˣ)."""
    return np.asarray(-np.expm1(-np.exp(theta)))


def normal(frequency: float = 1.0, dim: int = 1) -> Target:
    """N(0, 1/ω²)."""
    precision = frequency**2 * np.eye(dim)
    return Density(GaussianEnergy(np.zeros(dim), precision), np.array([[-6.0, 6.0]] * dim) / frequency, ("x",) * dim)


def kolmogorov(sample: Array, law: Callable[[Array], Array]) -> float:
    """√n·sup|Fₙ − F|: above 1.95 once in a thousand samples from the law."""
    expected = law(np.sort(sample, axis=None))
    n = expected.size
    above, below = np.arange(1, n + 1) / n - expected, expected - np.arange(n) / n
    return float(np.sqrt(n) * max(above.max(), below.max()))


def walked(
    kernel: Sampler, target: Target, state: SamplerState, steps: int, seed: int = 0
) -> tuple[SamplerState, list[SamplerInfo]]:
    """The state after ``steps`` steps, and what was seen."""
    seen = []
    for _ in range(steps):
        state, info = kernel.step(target, state, rng(seed, state.t + 1))
        seen.append(info)
    return state, seen
