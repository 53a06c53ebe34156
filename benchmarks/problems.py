"""The networks that are measured: built by our own API, handed to everybody as arrays."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from pydantic import TypeAdapter

from app.core.interfaces import LayeredObjective
from app.experiments.build import build_objective, starting_point
from app.experiments.objectives import AnyObjective
from benchmarks.cases import Array, Problem

MOONS_200 = {"kind": "moons", "n": 200, "noise": 0.1}
MOONS_500 = {"kind": "moons", "n": 500, "noise": 0.1}
DIGITS = {"kind": "digits", "held_out": 0.0}


def problem(data: dict[str, Any], hidden: tuple[int, ...], dtype: Literal["float32", "float64"]) -> Problem:
    """A tanh network with cross-entropy at its start (Glorot, seed 0), in ``dtype`` throughout."""
    layers = [{"units": units, "activation": "tanh"} for units in hidden]
    spec = {"kind": "network", "layers": layers, "data": data, "loss": {"kind": "cross_entropy"}}
    adapter: TypeAdapter[Any] = TypeAdapter(AnyObjective)
    parsed = adapter.validate_python(spec)
    network = build_objective(parsed)
    assert isinstance(network, LayeredObjective)
    sizes = (network.layers[0].fan_in, *(layer.fan_out for layer in network.layers))
    inputs, targets = network.data.inputs.astype(dtype), network.data.targets
    theta = starting_point(parsed, network, None, 0).astype(dtype)
    return Problem(spec, sizes, "binary" if sizes[-1] == 1 else "classes", inputs, targets, theta, dtype)


def descended(found: Problem, steps: int, learning_rate: float = 0.5) -> Problem:
    """The same after some steps of gradient descent: where the largest eigenvalues are the largest in size, too."""
    network = build_objective(TypeAdapter[Any](AnyObjective).validate_python(found.spec))
    theta = found.theta.astype(np.float64)
    for _ in range(steps):
        theta = theta - learning_rate * network.value_and_gradient(theta)[1]
    return found._replace(theta=theta.astype(found.dtype))


def name_of(found: Problem) -> str:
    """``2-8-1 on 200 points``."""
    return f"{'-'.join(map(str, found.sizes))} on {len(found.inputs):,} points, {found.dtype}"


@cache
def directions(size: int) -> Array:
    """Two Gaussian directions ``(2, size)``, each about as long as a Glorot start."""
    return np.random.default_rng(1).standard_normal((2, size)) / 4


def forward_flops(found: Problem) -> float:
    """Multiplications and additions of the matrix products of one forward pass."""
    pairs = pairwise(found.sizes)
    return 2.0 * len(found.inputs) * sum(a * b for a, b in pairs)
