"""The library hessian-eigenthings."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.cases import Density, Prepared, Problem, Spectrum
from benchmarks.contender import Contender
from benchmarks.peers import _torch

LANCZOS_STEPS = 60
"""The fewest, in tens, with which its ten largest eigenvalues of our cases reached 1e-6."""


class HessianEigenthings(Contender):
    """Its ``lanczos`` and ``spectral_density``."""

    title = "hessian-eigenthings"
    packages = ("hessian-eigenthings",)

    def spectrum(self, task: Spectrum) -> Prepared:
        """Lanczos with full reorthogonalisation; it has no stopping rule, so the number of steps is given."""
        from hessian_eigenthings import lanczos

        if task.top is None:
            raise NotImplementedError("it finds some eigenvalues, not all")
        top, operator = task.top, _operator(task.problem)

        def run() -> Any:
            return lanczos(operator, k=top, max_iter=LANCZOS_STEPS, reorthogonalize=True, which="LA", seed=0)

        return Prepared(run, lambda found: {"eigenvalues": np.sort(found.eigenvalues.numpy())})

    def density(self, task: Density) -> Prepared:
        """Stochastic Lanczos quadrature, smoothed on as many points as the others."""
        from hessian_eigenthings import spectral_density

        operator = _operator(task.problem)

        def run() -> Any:
            return spectral_density(
                operator, num_runs=task.probes, lanczos_steps=task.steps, num_grid_points=512, seed=0
            )

        return Prepared(
            run, lambda found: {"nodes": found.raw_eigenvalues.numpy(), "weights": found.raw_weights.numpy()}
        )


def _operator(problem: Problem) -> Any:
    from hessian_eigenthings import HessianOperator, supervised_loss

    return HessianOperator(_torch.model(problem), [_torch.tensors(problem)], supervised_loss(_torch.criterion(problem)))
