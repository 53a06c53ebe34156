"""The library PyHessian."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.cases import Density, Prepared, Problem, Spectrum
from benchmarks.contender import Contender
from benchmarks.peers import _torch


class PyHessian(Contender):
    """Its power iteration and its density."""

    title = "PyHessian"
    packages = ("pyhessian",)

    def spectrum(self, task: Spectrum) -> Prepared:
        """Power iteration with deflation; its tolerance is on the change of each eigenvalue."""
        import torch

        if task.top is None:
            raise NotImplementedError("it finds some eigenvalues, not all")
        top = task.top

        def run() -> Any:
            torch.manual_seed(0)
            return _hessian(task.problem).eigenvalues(maxIter=1000, tol=task.tolerance, top_n=top)[0]

        return Prepared(run, lambda found: {"eigenvalues": np.sort(np.array(found))})

    def density(self, task: Density) -> Prepared:
        """Stochastic Lanczos quadrature."""
        import torch

        torch.eig = _eig  # it calls what PyTorch has removed since

        def run() -> Any:
            torch.manual_seed(0)
            return _hessian(task.problem).density(iter=task.steps, n_v=task.probes)

        return Prepared(run, lambda found: {"nodes": np.array(found[0]), "weights": np.array(found[1])})


def _hessian(problem: Problem) -> Any:
    from pyhessian import hessian

    return hessian(_torch.model(problem), _torch.criterion(problem), data=_torch.tensors(problem), cuda=False)


def _eig(matrix: Any, eigenvectors: bool) -> tuple[Any, Any]:
    """``torch.eig`` of a symmetric matrix."""
    import torch

    values, vectors = torch.linalg.eigh(matrix)
    return torch.stack([values, torch.zeros_like(values)], dim=1), vectors
