"""The densities of the chains in JAX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.cases import Chains


def log_density(task: Chains) -> Callable[[Any], Any]:
    """θ ↦ ln p̃(θ)."""
    return _banana(task) if task.data is None else _logistic(task, *task.data)


def _banana(task: Chains) -> Callable[[Any], Any]:
    width, bend = task.scale, task.bend

    def density(theta: Any) -> Any:
        x, y = theta
        return -(x**2) / (2 * width**2) - (y - bend * x**2) ** 2 / 2

    return density


def _logistic(task: Chains, features: Any, labels: Any) -> Callable[[Any], Any]:
    import jax
    import jax.numpy as jnp

    phi, y = jnp.asarray(features.astype(task.dtype)), jnp.asarray(labels.astype(task.dtype))

    def density(theta: Any) -> Any:
        z = phi @ theta
        return (y * z - jax.nn.softplus(z)).sum() - (theta**2).sum() / (2 * task.scale**2)

    return density
