"""−ELBO as an objective: how much a Gaussian costs, by quadrature or by fresh draws."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from app.core.inference import Target
from app.core.interfaces import Array
from app.targets._sobol import sobol_normals
from app.variational._base import Family

PER_AXIS = {1: 161, 2: 32, 3: 12}
"""Nodes an axis, by dimension: equally spaced ones on a line, Gauss–Hermite's on two and three."""
REACH = 9.0
LOG_POINTS = 8
NUMBERS = 400_000
"""Numbers in a batch of θ at once."""

Estimator = Literal["reparameterisation", "sticking_the_landing", "score_function"]


class Nodes(NamedTuple):
    """Σ wᵢ f(εᵢ) ≈ E[f(ε)], ε ~ N(0, I): ``(n, d)`` and ``(n,)``."""

    noise: Array
    weights: Array


def nodes_for(dim: int, per_axis: int | None = None, seed: int = 0) -> Nodes:
    """Equally spaced nodes on a line, a Gauss–Hermite grid in two and three dimensions, else 256 Sobol' points.

    Args:
        dim: d.
        per_axis: nodes an axis in up to three dimensions; as many as usual where it is left out.
        seed: of the scrambling in more.
    """
    count = per_axis or PER_AXIS.get(dim, 0)
    if dim == 1:
        line = np.linspace(-REACH, REACH, count)
        density = np.exp(-0.5 * line**2)
        return Nodes(line[:, None], density / density.sum())
    if dim not in PER_AXIS:
        noise = sobol_normals(dim, LOG_POINTS, seed)
        return Nodes(noise, np.full(len(noise), 1 / len(noise)))
    x, w = np.polynomial.hermite_e.hermegauss(count)
    noise = np.stack(np.meshgrid(*[x] * dim, indexing="ij"), axis=-1).reshape(-1, dim)
    weights = np.ravel(np.prod(np.meshgrid(*[w / w.sum()] * dim, indexing="ij"), axis=0))
    heard = weights > 1e-22
    return Nodes(noise[heard], weights[heard] / weights[heard].sum())


class Elbo:
    """f(λ) = E_q[−ln p̃(θ)] − H(q) = −ELBO(λ) ≥ −ln Z, at fixed nodes: an objective with exact derivatives.

    Args:
        target: p̃.
        family: of q.
        nodes: of the expectation; in more than three dimensions they are few, and the minimum is that of their mean.
    """

    def __init__(self, target: Target, family: Family, nodes: Nodes | None = None) -> None:
        self.target = target
        self.family = family
        self.nodes = nodes or nodes_for(target.dim)
        self.dim = family.size(target.dim)
        self.seconds = len(self.nodes.weights) * float(getattr(target, "seconds", 1e-6))

    def value(self, theta: Array) -> Array:
        """−ELBO: ``(..., size) -> (...)``."""
        flat = np.asarray(theta).reshape(-1, self.dim)
        rows = max(1, NUMBERS // self.nodes.noise.size)
        parts = [self._value(flat[i : i + rows]) for i in range(0, len(flat), rows)]
        return np.concatenate(parts).reshape(np.shape(theta)[:-1])

    def _value(self, some: Array) -> Array:
        energy = self.target.value(self.family.place(some, self.nodes.noise))
        return np.asarray(energy @ self.nodes.weights - self.family.entropy(some, self.target.dim))

    def value_and_gradient(self, theta: Array) -> tuple[Array, Array]:
        """(−ELBO, −∇ELBO) by reparameterisation: ``(..., size) -> ((...), (..., size))``."""
        noise, weights = self.nodes
        energy, force = self.target.value_and_gradient(self.family.place(theta, noise))
        gradient = np.einsum("n,...nk->...k", weights, self.family.pull(theta, noise, force))
        value = energy @ weights - self.family.entropy(theta, self.target.dim)
        return np.asarray(value), gradient - self.family.scales(self.target.dim)

    def hvp(self, theta: Array, v: Array) -> Array:
        """−∇²ELBO·v: the Hessian of the energy along ∂θ/∂λ·v, and what the logarithms bend."""
        noise, weights = self.nodes
        place = self.family.place(theta, noise)
        _, force = self.target.value_and_gradient(place)
        along = self.target.hvp(place, self.family.push(theta, noise, v))
        bent = self.family.pull(theta, noise, force) * (self.family.scales(self.target.dim) * v)[..., None, :]
        total = self.family.pull(theta, noise, along) + bent
        return np.asarray(np.einsum("n,...nk->...k", weights, total))

    def hessian(self, theta: Array) -> Array:
        """−∇²ELBO: ``(..., size) -> (..., size, size)``."""
        columns = self.hvp(theta[..., None, :], np.eye(self.dim))
        return np.asarray((columns + columns.swapaxes(-1, -2)) / 2)

    def parameter_names(self, most: int) -> tuple[str, ...]:
        """m and the scales, by the target's names."""
        return self.family.names(self.target.parameter_names(self.target.dim))[:most]


class NoisyElbo(Elbo):
    """The same by fresh draws, with one of three gradients; each is unbiased, and they differ in their noise.

    ``reparameterisation`` differentiates through θ(ε) and knows the entropy. ``sticking_the_landing`` drops the score
    term of ln q, whose mean is zero, so that its noise vanishes where q = p (Roeder, Wu & Duvenaud 2017, eq. 6).
    ``score_function`` needs no ∇ ln p̃: Σ ∇λ ln q·(−ln p̃ + ln q − b), b the mean of the other draws (Ranganath et al.
    2014).
    """

    def __init__(self, target: Target, family: Family, noise: Array, estimator: Estimator) -> None:
        super().__init__(target, family, Nodes(noise, np.full(len(noise), 1 / len(noise))))
        self.estimator = estimator

    def value_and_gradient(self, theta: Array) -> tuple[Array, Array]:
        """(a draw of −ELBO, a draw of its gradient) at one λ ``(size,)``."""
        if self.estimator == "reparameterisation":
            return super().value_and_gradient(theta)
        value, each = self.contributions(theta)
        return value, each.mean(axis=0)

    def contributions(self, theta: Array) -> tuple[Array, Array]:
        """(−ELBO, each draw's own gradient ``(n, size)``), whose mean is the gradient."""
        noise, dim = self.nodes.noise, self.target.dim
        root = self.family.root(theta, dim)
        slope = _whitened(root, noise)
        energy, force = self.target.value_and_gradient(self.family.place(theta, noise))
        scales = self.family.scales(dim)
        value = np.asarray(energy.mean() - self.family.entropy(theta, dim))
        if self.estimator == "reparameterisation":
            return value, self.family.pull(theta, noise, force) - scales
        if self.estimator == "sticking_the_landing":
            return value, self.family.pull(theta, noise, force - slope)
        cost = energy - 0.5 * (noise**2).sum(axis=-1)
        others = (cost.sum() - cost) / max(1, len(cost) - 1)
        score = self.family.pull(theta, noise, slope) - scales
        return value, score * (cost - others)[:, None]


def _whitened(root: Array, noise: Array) -> Array:
    """L⁻ᵀε for each ε, ``(n, d)``; NaN where a width has underflowed to 0, as where a descent flew off."""
    try:
        return np.asarray(np.linalg.solve(root.T, noise.T).T)
    except np.linalg.LinAlgError:
        return np.full_like(noise, np.nan)
