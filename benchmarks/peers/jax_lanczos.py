"""Stochastic Lanczos quadrature by hand in JAX: all probes at once, the whole loop compiled."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.cases import Density, Prepared
from benchmarks.contender import Contender
from benchmarks.peers import _jax


class JaxLanczos(Contender):
    """``jit(vmap(lanczos))``."""

    title = "JAX by hand"
    packages = ("jax",)

    def density(self, task: Density) -> Prepared:
        """Full reorthogonalisation, twice, as ours."""
        import jax
        import jax.numpy as jnp

        net = task.problem
        gradient, theta = jax.grad(_jax.loss_of(net)), jnp.asarray(net.theta)
        draw = np.random.default_rng(0).standard_normal((task.probes, net.theta.size))
        probes = jnp.asarray((draw / np.linalg.norm(draw, axis=1, keepdims=True)).astype(net.dtype))

        def quadrature(theta: Any, probes: Any) -> Any:
            product = jax.linearize(gradient, theta)[1]
            return jax.vmap(lambda v: _tridiagonal(product, v, task.steps))(probes)

        lanczos = jax.jit(quadrature)

        def run() -> Any:
            alphas, betas = jax.block_until_ready(lanczos(theta, probes))
            matrices = np.stack(
                [np.diag(a) + np.diag(b[:-1], 1) + np.diag(b[:-1], -1) for a, b in zip(alphas, betas, strict=True)]
            )
            return np.linalg.eigh(matrices)

        return Prepared(run, lambda found: {"nodes": found[0], "weights": found[1][:, 0, :] ** 2})


def _tridiagonal(product: Any, start: Any, steps: int) -> tuple[Any, Any]:
    """Diagonal and off-diagonal ``(steps,)``."""
    import jax
    import jax.numpy as jnp

    def step(state: Any, k: Any) -> tuple[Any, Any]:
        basis, vector = state
        basis = basis.at[k].set(vector)
        image = product(vector)
        alpha = image @ vector
        for _ in range(2):
            image = image - (basis @ image) @ basis
        beta = jnp.linalg.norm(image)
        return (basis, image / beta), (alpha, beta)

    basis = jnp.zeros((steps, start.size), start.dtype)
    _, (alphas, betas) = jax.lax.scan(step, (basis, start), jnp.arange(steps))
    return alphas, betas
