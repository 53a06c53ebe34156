"""JAX, compiled: the fastest of what one would write by hand in a few lines."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.cases import Hessian, Prepared, Spectrum, Surface
from benchmarks.contender import Contender
from benchmarks.peers import _jax

CHUNK_NUMBERS = 1 << 18
"""Activations that are held at once, a megabyte in float32: larger chunks were slower."""


class Jax(Contender):
    """``jax.jit``."""

    title = "JAX jit"
    packages = ("jax", "jaxlib")

    def surface(self, task: Surface) -> Prepared:
        """``jit(lax.map(vmap(loss)))`` over the points."""
        import jax
        import jax.numpy as jnp

        net, side = task.problem, len(task.axis)
        loss, origin = _jax.loss_of(net), jnp.asarray(net.theta)
        basis = jnp.asarray(np.stack([task.x, task.y]))
        a, b = np.meshgrid(task.axis, task.axis)
        points = jnp.asarray(np.stack([a.ravel(), b.ravel()], axis=1).astype(net.dtype))
        chunk = max(1, CHUNK_NUMBERS // (len(net.inputs) * max(net.sizes[1:])))

        def surface(origin: Any, basis: Any, points: Any) -> Any:
            return jax.lax.map(lambda p: loss(origin + p @ basis), points, batch_size=chunk)

        grid = jax.jit(surface)

        def run() -> Any:
            return grid(origin, basis, points).block_until_ready()

        return Prepared(run, lambda found: {"loss": np.asarray(found).reshape(side, side)})

    def hessian(self, task: Hessian) -> Prepared:
        """``jit(jax.hessian(loss))``: forward over reverse."""
        import jax
        import jax.numpy as jnp

        matrix, theta = jax.jit(jax.hessian(_jax.loss_of(task.problem))), jnp.asarray(task.problem.theta)
        return Prepared(lambda: matrix(theta).block_until_ready(), lambda found: {"hessian": np.asarray(found)})

    def spectrum(self, task: Spectrum) -> Prepared:
        """All: ``jnp.linalg.eigvalsh`` of the Hessian. Some: SciPy's ``eigsh`` with compiled products."""
        return self._all(task) if task.top is None else self._some(task, task.top)

    def _all(self, task: Spectrum) -> Prepared:
        import jax
        import jax.numpy as jnp

        matrix, theta = jax.hessian(_jax.loss_of(task.problem)), jnp.asarray(task.problem.theta)
        values = jax.jit(lambda t: jnp.linalg.eigvalsh(matrix(t)))
        return Prepared(lambda: values(theta).block_until_ready(), lambda found: {"eigenvalues": np.asarray(found)})

    def _some(self, task: Spectrum, top: int) -> Prepared:
        import jax
        import jax.numpy as jnp

        from benchmarks.peers._scipy import largest

        gradient, theta = jax.grad(_jax.loss_of(task.problem)), jnp.asarray(task.problem.theta)
        product = jax.jit(
            lambda t, v: jax.jvp(gradient, (t,), (v,))[1]
        )  # θ as a constant would be folded by the compiler
        return largest(lambda v: np.asarray(product(theta, jnp.asarray(v))), task, top)
