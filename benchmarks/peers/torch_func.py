"""``torch.func``: vmap over points, hessian over parameters, Hessian-vector products for ARPACK."""

from __future__ import annotations

import numpy as np

from benchmarks.cases import Hessian, Prepared, Spectrum, Surface
from benchmarks.contender import Contender
from benchmarks.peers import _torch

CHUNK_NUMBERS = 1 << 18
"""Activations that are held at once."""


class TorchFunc(Contender):
    """Functional PyTorch."""

    title = "torch.func"
    packages = ("torch",)

    def surface(self, task: Surface) -> Prepared:
        """``vmap(loss)`` over the points, in chunks."""
        import torch

        net, side = task.problem, len(task.axis)
        loss, origin = _torch.loss_of(net), torch.from_numpy(net.theta)
        basis = torch.from_numpy(np.stack([task.x, task.y]))
        a, b = np.meshgrid(task.axis, task.axis)
        points = torch.from_numpy(np.stack([a.ravel(), b.ravel()], axis=1).astype(net.dtype))
        chunk = max(1, CHUNK_NUMBERS // (len(net.inputs) * max(net.sizes[1:])))
        grid = torch.func.vmap(lambda p: loss(origin + p @ basis), chunk_size=chunk)

        def run() -> torch.Tensor:
            with torch.no_grad():
                return grid(points)

        return Prepared(run, lambda found: {"loss": found.numpy().reshape(side, side)})

    def hessian(self, task: Hessian) -> Prepared:
        """``torch.func.hessian(loss)``."""
        import torch

        matrix, theta = torch.func.hessian(_torch.loss_of(task.problem)), torch.from_numpy(task.problem.theta)
        return Prepared(lambda: matrix(theta), lambda found: {"hessian": found.detach().numpy()})

    def spectrum(self, task: Spectrum) -> Prepared:
        """SciPy's ``eigsh`` with ``jvp(grad)``."""
        import torch

        from benchmarks.peers._scipy import largest

        if task.top is None:
            raise NotImplementedError("left out for time: what it adds to its Hessian above is LAPACK's")
        loss, theta = _torch.loss_of(task.problem), torch.from_numpy(task.problem.theta)
        gradient = torch.func.grad(loss)
        return largest(
            lambda v: torch.func.jvp(gradient, (theta,), (torch.from_numpy(v),))[1].detach().numpy(), task, task.top
        )
