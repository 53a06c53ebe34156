"""The library loss-landscape-anim: its grid, without the video."""

from __future__ import annotations

import contextlib
import importlib.util
import io
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.cases import Array, Prepared, Surface
from benchmarks.contender import Contender
from benchmarks.peers import _torch

MARGIN = 1.3
"""Its grid reaches so far beyond the path."""


class LossLandscapeAnim(Contender):
    """``loss_landscape_anim.LossGrid``."""

    title = "loss-landscape-anim"
    packages = ("loss-landscape-anim",)

    def surface(self, task: Surface) -> Prepared:
        """A grid of −res … res − 1 steps about the path's end; the first row and column are one too many."""
        import torch

        net, res = task.problem, len(task.axis) // 2 + 1
        step = float(task.axis[1] - task.axis[0])
        module, learner, data = _module(), _Learner(net), _torch.tensors(net)
        path = [torch.from_numpy(net.theta)]
        directions = [torch.from_numpy(v) for v in (task.x, task.y)]
        coordinates = np.array([[step * res / MARGIN, 0.0], [0.0, 0.0]])

        def run() -> Any:
            with torch.no_grad(), contextlib.redirect_stdout(io.StringIO()):
                return module.LossGrid(
                    path, learner, data, coordinates, directions, res=res, tqdm_disable=True, save_grid=False
                ).loss_values_2d

        return Prepared(run, lambda found: {"loss": _inner(found)})


def _inner(found: Array) -> Array:
    return np.asarray(found)[1:, 1:]


def _module() -> Any:
    """Its module of grids alone: the package's own ``__init__`` wants torchvision and Lightning."""
    package = importlib.util.find_spec("loss_landscape_anim")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("No module named 'loss_landscape_anim'")
    place = Path(package.origin).with_name("loss_landscape.py")
    spec = importlib.util.spec_from_file_location("loss_landscape_anim_grids", place)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class _Learner:
    """What the grid asks of a model, as the library's own ``GenericModel`` does it."""

    def __init__(self, problem: Any) -> None:
        self.network, self.loss_fn = _torch.model(problem), _torch.criterion(problem)
        self.shapes = [(name, p.shape, p.numel()) for name, p in self.network.named_parameters()]

    def __call__(self, inputs: Any) -> Any:
        return self.network(inputs)

    def init_from_flat_params(self, flat: Any) -> None:
        import torch

        state, at = {}, 0
        for name, shape, count in self.shapes:
            state[name] = torch.nn.Parameter(flat[at : at + count].reshape(shape))
            at += count
        self.network.load_state_dict(state, strict=True)
