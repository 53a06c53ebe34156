"""PyTorch as loss-landscape tools use it: load the weights of each point, call the model."""

from __future__ import annotations

import numpy as np

from benchmarks.cases import Array, Prepared, Surface
from benchmarks.contender import Contender
from benchmarks.peers import _torch


class TorchLoop(Contender):
    """Eager PyTorch, point by point."""

    title = "torch, state-dict loop"
    packages = ("torch",)

    def surface(self, task: Surface) -> Prepared:
        """``load_state_dict`` and a forward pass for each point."""
        import torch

        net = task.problem
        network, (inputs, targets), measure = _torch.model(net), _torch.tensors(net), _torch.criterion(net)
        origin, x, y = (torch.from_numpy(v) for v in (net.theta, task.x, task.y))
        shapes = [(name, value.shape, value.numel()) for name, value in network.state_dict().items()]

        def at(a: float, b: float) -> float:
            parts = (origin + a * x + b * y).split([count for _, _, count in shapes])
            named = zip(shapes, parts, strict=True)
            network.load_state_dict({name: part.view(shape) for (name, shape, _), part in named})
            return float(measure(network(inputs), targets))

        def run() -> Array:
            with torch.no_grad():
                return np.array([[at(a, b) for a in task.axis] for b in task.axis])

        return Prepared(run, lambda found: {"loss": found})
