"""The library NumPyro: Hamiltonian Monte Carlo, vectorised over chains."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.cases import Chains, Prepared
from benchmarks.contender import Contender
from benchmarks.peers._jax_targets import log_density


class Numpyro(Contender):
    """``MCMC(HMC, chain_method="vectorized")``."""

    title = "NumPyro"
    packages = ("numpyro",)

    def chains(self, task: Chains) -> Prepared:
        """Step size and masses fixed, no warm-up."""
        import jax
        import jax.numpy as jnp
        from numpyro.infer import HMC, MCMC

        if not task.leapfrog or task.dtype != "float32":
            raise NotImplementedError("measured on Hamiltonian Monte Carlo in single precision only, which takes long")
        jax.config.update("jax_enable_x64", False)  # its own arrays follow that, not the start's precision
        density = log_density(task)
        kernel = HMC(
            potential_fn=lambda theta: -density(theta),
            step_size=task.step_size,
            num_steps=task.leapfrog,
            trajectory_length=task.leapfrog * task.step_size,
            adapt_step_size=False,
            adapt_mass_matrix=False,
        )
        chains, start = len(task.start), jnp.asarray(task.start.astype(task.dtype))
        mcmc = MCMC(
            kernel,
            num_warmup=0,
            num_samples=task.draws,
            num_chains=chains,
            chain_method="vectorized",
            progress_bar=False,
        )

        def run() -> Any:
            mcmc.run(jax.random.key(0), init_params=start)
            return jax.block_until_ready(mcmc.get_samples())  # else it would go on into the next turn

        def answer(found: Any) -> dict[str, Any]:
            draws = np.asarray(found, dtype=np.float64)
            return {"mean": draws.mean(axis=0), "variance": draws.var(axis=0)}

        return Prepared(run, answer)
