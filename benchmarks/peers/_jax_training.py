"""A training step in JAX, the same for the loop and for the scan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.cases import Training
from benchmarks.peers import _jax


def step_of(task: Training) -> Callable[[Any, Any], tuple[Any, Any]]:
    """(state, batch) ↦ (next state, (loss, θ, norms)); the state is (θ, m, v, t), the batch indices or None."""
    import jax
    import jax.numpy as jnp

    net = task.problem
    inputs, targets = jnp.asarray(net.inputs), jnp.asarray(_jax.targets_of(net))
    gradient_of = jax.value_and_grad(lambda theta, x, y: _jax.mean_loss(theta, x, y, net.sizes))

    def step(state: Any, batch: Any) -> tuple[Any, Any]:
        theta, m, v, t = state
        x, y = (inputs, targets) if batch is None else (inputs[batch], targets[batch])
        loss, gradient = gradient_of(theta, x, y)
        norms = [jnp.sqrt((w**2).sum() + (b**2).sum()) for w, b in _jax.unflatten(gradient, net.sizes)]
        frame = loss, theta, jnp.stack(norms)
        if task.optimiser == "gradient_descent":
            return (theta - task.learning_rate * gradient, m, v, t), frame
        m, v, t = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2, t + 1
        move = (m / (1 - 0.9**t)) / (jnp.sqrt(v / (1 - 0.999**t)) + 1e-8)
        return (theta - task.learning_rate * move, m, v, t), frame

    return step


def begin(task: Training) -> Any:
    """θ, two empty averages, no steps."""
    import jax.numpy as jnp

    theta = jnp.asarray(task.problem.theta)
    return theta, jnp.zeros_like(theta), jnp.zeros_like(theta), jnp.zeros((), theta.dtype)
