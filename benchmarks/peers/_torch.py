"""A problem in PyTorch: a stack of ``nn.Linear`` and its criterion."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, pairwise
from typing import Any

import numpy as np

from benchmarks.cases import Problem


def tensors(problem: Problem) -> tuple[Any, Any]:
    """Inputs, and targets as the criterion reads them."""
    import torch

    targets = problem.targets.astype(problem.dtype)[:, None] if problem.loss == "binary" else problem.targets
    return torch.from_numpy(problem.inputs), torch.from_numpy(np.ascontiguousarray(targets))


def criterion(problem: Problem) -> Any:
    """A mean over examples."""
    from torch import nn

    return nn.BCEWithLogitsLoss() if problem.loss == "binary" else nn.CrossEntropyLoss()


def model(problem: Problem) -> Any:
    """The network at θ."""
    import torch
    from torch import nn
    from torch.nn.utils import vector_to_parameters

    dtype = getattr(torch, problem.dtype)
    torch.set_default_dtype(dtype)  # some libraries draw their vectors in it
    pairs = pairwise(problem.sizes)
    layers = list(chain.from_iterable((nn.Linear(a, b, dtype=dtype), nn.Tanh()) for a, b in pairs))[:-1]
    network = nn.Sequential(*layers)
    vector_to_parameters(torch.from_numpy(problem.theta.copy()), network.parameters())
    return network


def loss_of(problem: Problem) -> Callable[[Any], Any]:
    """The loss on all examples as a function of the flat vector, for ``torch.func``."""
    from torch.func import functional_call

    network, (inputs, targets), measure = model(problem), tensors(problem), criterion(problem)
    shapes = [(name, parameter.shape, parameter.numel()) for name, parameter in network.named_parameters()]

    def loss(theta: Any) -> Any:
        parts = theta.split([count for _, _, count in shapes])
        named = {name: part.view(shape) for (name, shape, _), part in zip(shapes, parts, strict=True)}
        return measure(functional_call(network, named, (inputs,)), targets)

    return loss
