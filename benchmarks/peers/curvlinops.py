"""The library curvlinops: the Hessian as a linear operator."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.cases import Hessian, Prepared, Problem, Spectrum
from benchmarks.contender import Contender
from benchmarks.peers import _torch


class Curvlinops(Contender):
    """``HessianLinearOperator``."""

    title = "curvlinops"
    packages = ("curvlinops-for-pytorch",)

    def hessian(self, task: Hessian) -> Prepared:
        """The operator times the identity."""
        import torch

        operator = _operator(task.problem)
        identity = torch.eye(task.problem.theta.size, dtype=getattr(torch, task.problem.dtype))
        return Prepared(lambda: operator @ identity, lambda found: {"hessian": found.detach().numpy()})

    def spectrum(self, task: Spectrum) -> Prepared:
        """SciPy's ``eigsh`` on the operator."""
        from benchmarks.peers._scipy import largest

        if task.top is None:
            raise NotImplementedError("left out for time: what it adds to its Hessian above is LAPACK's")
        products = _operator(task.problem).to_scipy(dtype=np.dtype(task.problem.dtype))
        return largest(products.matvec, task, task.top)


def _operator(problem: Problem) -> Any:
    from curvlinops import HessianLinearOperator

    network = _torch.model(problem)
    parameters = [p for p in network.parameters() if p.requires_grad]
    return HessianLinearOperator(
        network, _torch.criterion(problem), parameters, [_torch.tensors(problem)], check_deterministic=False
    )
