"""The library blackjax: kernels in JAX, vectorised over chains and compiled over steps."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.cases import Answer, Chains, Prepared
from benchmarks.contender import Contender
from benchmarks.peers._jax_targets import log_density


class Blackjax(Contender):
    """``jit(scan(vmap(kernel.step)))``."""

    title = "blackjax"
    packages = ("blackjax",)

    def chains(self, task: Chains) -> Prepared:
        """All positions are kept, as a user would."""
        import jax
        import jax.numpy as jnp

        kernel = _kernel(task)
        start = jnp.asarray(task.start.astype(task.dtype))

        def step(states: Any, key: Any) -> tuple[Any, Any]:
            states, _ = jax.vmap(kernel.step)(jax.random.split(key, len(task.start)), states)
            return states, states.position

        def walk(key: Any) -> Any:
            return jax.lax.scan(step, jax.vmap(kernel.init)(start), jax.random.split(key, task.draws))[1]

        compiled = jax.jit(walk)
        return Prepared(lambda: compiled(jax.random.key(0)).block_until_ready(), moments)


def _kernel(task: Chains) -> Any:
    import blackjax
    import jax.numpy as jnp

    density, dim = log_density(task), task.start.shape[1]
    if task.leapfrog:
        mass = jnp.ones(dim, task.dtype)
        return blackjax.hmc(density, task.step_size, mass, task.leapfrog)
    sigma = jnp.full(dim, task.step_size, task.dtype)
    return blackjax.additive_step_random_walk(density, blackjax.mcmc.random_walk.normal(sigma))


def moments(positions: Any) -> Answer:
    """Over all draws ``(draws, chains, d)``."""
    draws = np.asarray(positions, dtype=np.float64)
    return {"mean": draws.mean(axis=(0, 1)), "variance": draws.var(axis=(0, 1))}
