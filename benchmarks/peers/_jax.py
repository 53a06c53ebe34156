"""A problem in JAX: its loss as a function of the flat vector."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from benchmarks.cases import Problem


def unflatten(theta: Any, sizes: tuple[int, ...]) -> list[tuple[Any, Any]]:
    """[(W, b), …] as views of θ."""
    layers, at = [], 0
    for fan_in, fan_out in pairwise(sizes):
        weights = theta[at : at + fan_in * fan_out].reshape(fan_out, fan_in)
        at += fan_in * fan_out + fan_out
        layers.append((weights, theta[at - fan_out : at]))
    return layers


def outputs(theta: Any, inputs: Any, sizes: tuple[int, ...]) -> Any:
    """Logits ``(n, outputs)``."""
    import jax.numpy as jnp

    *hidden, (last, bias) = unflatten(theta, sizes)
    for weights, offset in hidden:
        inputs = jnp.tanh(inputs @ weights.T + offset)
    return inputs @ last.T + bias


def mean_loss(theta: Any, inputs: Any, targets: Any, sizes: tuple[int, ...]) -> Any:
    """Cross-entropy of logits, a mean over examples."""
    import jax
    import jax.numpy as jnp

    z = outputs(theta, inputs, sizes)
    if sizes[-1] == 1:
        return jnp.mean(jax.nn.softplus(z[:, 0]) - targets * z[:, 0])
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(z), targets[:, None], axis=1))


def loss_of(problem: Problem) -> Callable[[Any], Any]:
    """θ ↦ loss on all examples, which are constants."""
    import jax.numpy as jnp

    inputs = jnp.asarray(problem.inputs)
    targets = jnp.asarray(targets_of(problem))
    return lambda theta: mean_loss(theta, inputs, targets, problem.sizes)


def targets_of(problem: Problem) -> Any:
    """Labels as the loss reads them: numbers of the problem's precision for one logit, indices for classes."""
    return problem.targets.astype(problem.dtype) if problem.loss == "binary" else problem.targets
