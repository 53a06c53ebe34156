"""A Gaussian at the mode that passes for a chain."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from app.core.inference import SamplerInfo, SamplerState, Target
from app.core.interfaces import Array
from app.core.spec import Real, control
from app.samplers._metropolis import begin, choose, here, moved, place, plain_info
from app.samplers.broken._base import BrokenSampler

NEWTON_STEPS, HALVINGS = 100, 40


class JitteredLaplace(BrokenSampler):
    """θ′ = m + ρ(θ − m) + √(1 − ρ²)·ξ with ξ ~ N(0, H⁻¹ + s²I), m the mode and H the Hessian there.

    It mixes perfectly and settles at N(m, H⁻¹ + s²I), whatever the target looks like away from its mode.
    """

    kind: Literal["jittered_laplace"] = "jittered_laplace"
    title: ClassVar[str] = "Jittered Laplace"
    summary: ClassVar[str] = "Wanders about the mode as its curvature says, and never looks at the density again."
    reference: ClassVar[str] = "MacKay 2003, Information theory, inference and learning algorithms, chapter 27"
    formula: ClassVar[str] = (
        r"\theta' = m + \rho(\theta - m) + \sqrt{1 - \rho^2}\,\xi, \quad \xi \sim \mathcal N(0, H^{-1} + s^2 I)"
    )
    broken: ClassVar[str] = (
        "No accept step: what is sampled is the Laplace approximation, with a jitter, not the target."
    )
    repaired: ClassVar[str] = "independence"

    persistence: Real = control(0.5, "Persistence", symbol="ρ", ge=0, lt=1, description="correlation of two draws")
    jitter: Real = control(0.1, "Jitter", symbol="s", ge=0, le=100, slider=(0, 1), description="added deviation")

    def init(self, target: Target, theta: Array, rng: np.random.Generator) -> SamplerState:
        state = begin(target, theta)
        best = mode(target, state.theta[np.argmax(state.log_density)])
        return state._replace(memory=(best, _root(target, best, self.jitter)))

    def step(self, target: Target, state: SamplerState, rng: np.random.Generator) -> tuple[SamplerState, SamplerInfo]:
        centre, root = state.memory
        noise = rng.standard_normal(state.theta.shape) @ root.T
        fresh = np.sqrt(1 - self.persistence**2) * noise
        to = place(target, centre + self.persistence * (state.theta - centre) + fresh)
        finite = np.isfinite(to.log_density)
        to = choose(finite, to, here(state))
        return moved(state, to), plain_info(to, finite, finite.astype(np.float64), 1)


def _root(target: Target, at: Array, jitter: float) -> Array:
    """A root of H⁻¹ + s²I; where H is not positive definite, of its absolute value."""
    values, vectors = np.linalg.eigh(target.hessian(at))
    return np.asarray(vectors * np.sqrt(1 / _size(values) + jitter**2))


def _size(values: Array) -> Array:
    """|λ|, kept away from 0."""
    return np.maximum(np.abs(values), 1e-8 * max(float(np.abs(values).max()), 1e-300))


def mode(target: Target, start: Array) -> Array:
    """The nearest mode by saddle-free Newton steps, halved until they go uphill."""
    theta = start
    for _ in range(NEWTON_STEPS):
        value, gradient = target.value_and_gradient(theta)
        values, vectors = np.linalg.eigh(target.hessian(theta))
        step = vectors @ ((vectors.T @ gradient) / _size(values))
        lengths = 0.5 ** np.arange(HALVINGS)
        tried = theta - lengths[:, None] * step
        better = -place(target, tried).log_density < value
        if not better.any():
            break
        theta = tried[np.argmax(better)]
    return theta
