"""The library loss-landscapes."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from benchmarks.cases import Array, Prepared, Surface
from benchmarks.contender import Contender
from benchmarks.peers import _torch


class LossLandscapes(Contender):
    """``loss_landscapes.planar_interpolation``."""

    title = "loss-landscapes"
    packages = ("loss-landscapes",)

    def surface(self, task: Surface) -> Prepared:
        """Its plane begins at a model and leads to two others; afterwards the model is no longer where it began."""
        import loss_landscapes
        import torch
        from loss_landscapes.metrics import Loss

        net, side = task.problem, len(task.axis)
        corner = net.theta + task.axis[0].astype(net.dtype) * (task.x + task.y)
        reach = (side * (task.axis[1] - task.axis[0])).astype(net.dtype)
        ends = [_torch.model(net._replace(theta=v)) for v in (corner, corner + reach * task.x, corner + reach * task.y)]
        inputs, targets = _torch.tensors(net)
        metric = Loss(_torch.criterion(net), inputs, targets)

        def run() -> Any:
            with torch.no_grad():
                begin, right, up = ends
                return loss_landscapes.planar_interpolation(copy.deepcopy(begin), right, up, metric, steps=side)

        return Prepared(run, lambda found: {"loss": _straightened(np.asarray(found))})


def _straightened(found: Array) -> Array:
    """Rows = y. It steps before it evaluates, to and fro: every other column is off by a cell, its last left out."""
    grid = np.full(found.shape, np.nan)
    grid[0::2, 1:] = found[0::2, :-1]
    grid[1::2] = found[1::2]
    return grid.T
