"""JAX with the whole run compiled into one loop."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.cases import Answer, Prepared, Training
from benchmarks.contender import Contender
from benchmarks.peers._jax_training import begin, step_of


class JaxScan(Contender):
    """``jit(lax.scan(step))``."""

    title = "JAX scan"
    packages = ("jax",)

    def training(self, task: Training) -> Prepared:
        """All steps in one call, frames stacked."""
        import jax
        import jax.numpy as jnp

        batches = None if task.batches is None else jnp.asarray(task.batches)
        step, start = step_of(task), begin(task)
        scan = jax.jit(lambda state, xs: jax.lax.scan(step, state, xs, length=task.steps))
        return Prepared(lambda: jax.block_until_ready(scan(start, batches)), _answer)


def _answer(found: Any) -> Answer:
    (final, *_), (loss, parameters, norms) = found
    named = {"loss": loss, "parameters": parameters, "gradient_norm": norms, "final": final}
    return {name: np.asarray(value) for name, value in named.items()}
