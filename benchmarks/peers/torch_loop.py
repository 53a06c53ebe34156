"""PyTorch as loss-landscape tools and training loops use it: eagerly, a point or a step at a time."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.cases import Answer, Array, Prepared, Surface, Training
from benchmarks.contender import Contender
from benchmarks.peers import _torch


class TorchLoop(Contender):
    """Eager PyTorch."""

    title = "torch, eager loop"
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

    def training(self, task: Training) -> Prepared:
        """``loss.backward()`` and ``optimizer.step()``."""
        import torch
        from torch.nn.utils import parameters_to_vector

        net = task.problem
        (inputs, targets), measure = _torch.tensors(net), _torch.criterion(net)
        batches = None if task.batches is None else torch.from_numpy(task.batches)
        kinds = {"gradient_descent": torch.optim.SGD, "adam": torch.optim.Adam}

        def run() -> list[list[Any]]:
            network = _torch.model(net)
            optimiser = kinds[task.optimiser](network.parameters(), lr=task.learning_rate)
            layers = [layer for layer in network if isinstance(layer, torch.nn.Linear)]
            frames = []
            for step in range(task.steps):
                x, y = (inputs, targets) if batches is None else (inputs[batches[step]], targets[batches[step]])
                optimiser.zero_grad()
                loss = measure(network(x), y)
                loss.backward()
                norms = [torch.cat([p.grad.ravel() for p in layer.parameters()]).norm() for layer in layers]
                frames.append([loss.detach(), parameters_to_vector(network.parameters()).detach(), torch.stack(norms)])
                optimiser.step()
            return [*frames, [parameters_to_vector(network.parameters()).detach()]]

        return Prepared(run, _frames)


def _frames(found: list[list[Any]]) -> Answer:
    loss, parameters, norms = (_stacked(column) for column in zip(*found[:-1], strict=True))
    return {"loss": loss, "parameters": parameters, "gradient_norm": norms, "final": found[-1][0].numpy()}


def _stacked(column: Any) -> Array:
    """A column of the frames."""
    return np.stack([one.numpy() for one in column])
