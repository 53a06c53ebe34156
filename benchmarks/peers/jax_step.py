"""JAX with a compiled step in a Python loop, so that every step can be looked at."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.cases import Answer, Prepared, Training
from benchmarks.contender import Contender
from benchmarks.peers._jax_training import begin, step_of


class JaxStep(Contender):
    """``jit(step)``."""

    title = "JAX jit, step by step"
    packages = ("jax",)

    def training(self, task: Training) -> Prepared:
        """One call a step."""
        import jax
        import jax.numpy as jnp

        step, start = jax.jit(step_of(task)), begin(task)
        batches = [None] * task.steps if task.batches is None else [jnp.asarray(batch) for batch in task.batches]

        def run() -> Any:
            state, frames = start, []
            for batch in batches:
                state, frame = step(state, batch)
                frames.append(frame)
            return jax.block_until_ready((state, frames))

        return Prepared(run, _answer)


def _answer(found: Any) -> Answer:
    (final, *_), frames = found
    loss, parameters, norms = (np.stack([np.asarray(one) for one in column]) for column in zip(*frames, strict=True))
    return {"loss": loss, "parameters": parameters, "gradient_norm": norms, "final": np.asarray(final)}
