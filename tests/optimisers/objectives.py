"""Small objectives with known minima and curvature, and ways to run an optimiser on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from app.core.interfaces import Array, CompositeObjective, Objective, Optimiser, State
from app.core.spec import catalogue

OPTIMISERS: dict[str, type[Optimiser]] = catalogue("app.optimisers", Optimiser)
"""Every optimiser by kind: what the conformance tests walk."""


class Quadratic:
    """f(θ) = ½(θ − θ*)ᵀH(θ − θ*); reduced along the last axis only, so that a batch equals its rows bit for bit."""

    def __init__(self, matrix: Array, minimum: Array | None = None) -> None:
        self.matrix = np.asarray(matrix, dtype=np.float64)
        self.dim = len(self.matrix)
        self.minimum = np.zeros(self.dim) if minimum is None else np.asarray(minimum, dtype=np.float64)

    def value(self, theta: Array) -> Array:
        return self.value_and_gradient(theta)[0]

    def value_and_gradient(self, theta: Array) -> tuple[Array, Array]:
        offset = theta - self.minimum
        gradient = (self.matrix * offset[..., None, :]).sum(axis=-1)
        return 0.5 * (offset * gradient).sum(axis=-1), gradient

    def hvp(self, theta: Array, v: Array) -> Array:
        return (self.matrix * v[..., None, :]).sum(axis=-1)

    def hessian(self, theta: Array) -> Array:
        return np.broadcast_to(self.matrix, (*theta.shape, self.dim))

    def gauss_newton(self, theta: Array) -> Array:
        """As the loss ½uᵀHu of the linear outputs u = θ − θ*."""
        return self.hessian(theta)

    def ggn_at(self, theta: Array) -> Callable[[Array], Array]:
        return lambda v: self.hvp(theta, v)

    def parameter_names(self, most: int) -> tuple[str, ...]:
        return names(self.dim, most)


class Single(Quadratic):
    """Another quadratic, which answers in float32 where it is asked in it."""

    def __init__(self, quadratic: Quadratic) -> None:
        super().__init__(quadratic.matrix, quadratic.minimum)

    def value_and_gradient(self, theta: Array) -> tuple[Array, Array]:
        value, gradient = super().value_and_gradient(theta)
        return np.asarray(value, theta.dtype), gradient.astype(theta.dtype)


class Rosenbrock:
    """f(x, y) = (1 − x)² + 100(y − x²)²."""

    dim = 2

    def value(self, theta: Array) -> Array:
        return self.value_and_gradient(theta)[0]

    def value_and_gradient(self, theta: Array) -> tuple[Array, Array]:
        x, y = theta[..., 0], theta[..., 1]
        valley = y - x * x
        gradient = np.stack([-2.0 * (1.0 - x) - 400.0 * x * valley, 200.0 * valley], axis=-1)
        return (1.0 - x) ** 2 + 100.0 * valley**2, gradient

    def hvp(self, theta: Array, v: Array) -> Array:
        return (self.hessian(theta) * v[..., None, :]).sum(axis=-1)

    def hessian(self, theta: Array) -> Array:
        x, y = theta[..., 0], theta[..., 1]
        mixed, flat = -400.0 * x, np.full_like(x, 200.0)
        rows = [[2.0 - 400.0 * (y - 3.0 * x * x), mixed], [mixed, flat]]
        return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)

    def gauss_newton(self, theta: Array) -> Array:
        """As the sum of squares of 1 − x and 10(y − x²): 2JᵀJ."""
        x = theta[..., 0]
        rows = [[2.0 + 800.0 * x * x, -400.0 * x], [-400.0 * x, np.full_like(x, 200.0)]]
        return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)

    def ggn_at(self, theta: Array) -> Callable[[Array], Array]:
        return lambda v: (self.gauss_newton(theta) * v[..., None, :]).sum(axis=-1)

    def parameter_names(self, most: int) -> tuple[str, ...]:
        return names(self.dim, most)


class Slope:
    """f(θ) = g·θ: the same gradient everywhere, so that a test can dictate what an optimiser sees."""

    def __init__(self, gradient: Iterable[float]) -> None:
        self.gradient = np.array(list(gradient), dtype=np.float64)
        self.dim = len(self.gradient)

    def value(self, theta: Array) -> Array:
        return (theta * self.gradient).sum(axis=-1)

    def value_and_gradient(self, theta: Array) -> tuple[Array, Array]:
        return self.value(theta), np.broadcast_to(self.gradient, theta.shape).copy()

    def hvp(self, theta: Array, v: Array) -> Array:
        return np.zeros_like(v)

    def hessian(self, theta: Array) -> Array:
        return np.zeros((*theta.shape, self.dim))

    def gauss_newton(self, theta: Array) -> Array:
        return self.hessian(theta)

    def ggn_at(self, theta: Array) -> Callable[[Array], Array]:
        return np.zeros_like

    def parameter_names(self, most: int) -> tuple[str, ...]:
        return names(self.dim, most)


class Scaled:
    """c·f, gradient included."""

    def __init__(self, inner: CompositeObjective, factor: float) -> None:
        self.inner, self.factor, self.dim = inner, factor, inner.dim

    def value(self, theta: Array) -> Array:
        return self.factor * self.inner.value(theta)

    def value_and_gradient(self, theta: Array) -> tuple[Array, Array]:
        value, gradient = self.inner.value_and_gradient(theta)
        return self.factor * value, self.factor * gradient

    def hvp(self, theta: Array, v: Array) -> Array:
        return self.factor * self.inner.hvp(theta, v)

    def hessian(self, theta: Array) -> Array:
        return self.factor * self.inner.hessian(theta)

    def gauss_newton(self, theta: Array) -> Array:
        return self.factor * self.inner.gauss_newton(theta)

    def ggn_at(self, theta: Array) -> Callable[[Array], Array]:
        return lambda v: self.factor * self.inner.ggn_at(theta)(v)

    def parameter_names(self, most: int) -> tuple[str, ...]:
        return self.inner.parameter_names(most)


class Counted(Scaled):
    """f itself, counting how often its gradient is asked for."""

    def __init__(self, inner: CompositeObjective) -> None:
        super().__init__(inner, 1.0)
        self.gradients = 0

    def value_and_gradient(self, theta: Array) -> tuple[Array, Array]:
        self.gradients += 1
        return self.inner.value_and_gradient(theta)


def names(dim: int, most: int) -> tuple[str, ...]:
    """θ₀, θ₁, …"""
    return tuple(f"θ{i}" for i in range(min(dim, most)))


def rotated(curvatures: Iterable[float], seed: int = 0) -> Array:
    """A symmetric matrix with these eigenvalues in a random basis."""
    values = np.array(list(curvatures), dtype=np.float64)
    basis, _ = np.linalg.qr(rng(seed).standard_normal((len(values), len(values))))
    return (basis * values) @ basis.T


def rng(seed: int = 0) -> np.random.Generator:
    """Reproducible randomness."""
    return np.random.Generator(np.random.Philox(key=seed))


def states(optimiser: Optimiser, objective: Objective, theta: Array, seed: int = 0) -> Iterator[State]:
    """The states before step 0, 1, 2, … without end."""
    source = rng(seed)
    state = optimiser.init(objective, theta, source)
    while True:
        yield state
        state, _ = optimiser.step(objective, state, source)


def run(optimiser: Optimiser, objective: Objective, theta: Array, steps: int, seed: int = 0) -> State:
    """The state after ``steps`` steps."""
    return path(optimiser, objective, theta, steps, seed)[-1]


def path(optimiser: Optimiser, objective: Objective, theta: Array, steps: int, seed: int = 0) -> list[State]:
    """The states before step 0, …, ``steps``."""
    walk = states(optimiser, objective, theta, seed)
    return [next(walk) for _ in range(steps + 1)]
