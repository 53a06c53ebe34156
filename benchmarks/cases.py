"""The works as plain arrays, so that a contender's process needs none of the others' code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Answer = Mapping[str, Array]
"""What was found, by name; contenders are compared on the names that they share."""


class Prepared(NamedTuple):
    """A work that is ready to be measured.

    Attributes:
        run: does it; this alone is timed.
        answer: what ``run`` gave, as arrays.
    """

    run: Callable[[], Any]
    answer: Callable[[Any], Answer]


class Problem(NamedTuple):
    """A tanh network on data.

    Attributes:
        spec: the objective as our API takes it.
        sizes: units of every layer, inputs first.
        loss: ``"binary"`` (one logit) or ``"classes"`` (softmax), a mean over examples.
        inputs: ``(n, features)``.
        targets: class indices ``(n,)``.
        theta: parameters, in PyTorch's order.
        dtype: of all the arithmetic.
    """

    spec: dict[str, Any]
    sizes: tuple[int, ...]
    loss: Literal["binary", "classes"]
    inputs: Array
    targets: Array
    theta: Array
    dtype: Literal["float32", "float64"]


class Surface(NamedTuple):
    """The loss at θ + a·x + b·y for a (columns) and b (rows) in ``axis``: answer ``loss``."""

    problem: Problem
    x: Array
    y: Array
    axis: Array


class Training(NamedTuple):
    """``steps`` steps of an optimiser from θ.

    Answer, of the step's own batch and at θ before each step: ``loss`` (steps,), ``parameters`` (steps, d) and
    ``gradient_norm`` (steps, layers); ``final`` (d,).

    Attributes:
        batches: the examples of each step ``(steps, size)``; None for all of them.
    """

    problem: Problem
    optimiser: Literal["gradient_descent", "adam"]
    learning_rate: float
    steps: int
    batches: Array | None


class Hessian(NamedTuple):
    """The Hessian at θ: answer ``hessian`` (d, d)."""

    problem: Problem


class Spectrum(NamedTuple):
    """Eigenvalues of the Hessian at θ, the ``top`` largest (all: None), ascending: answer ``eigenvalues``."""

    problem: Problem
    top: int | None
    tolerance: float


class Density(NamedTuple):
    """Stochastic Lanczos quadrature of the Hessian at θ: answer ``nodes``, ``weights`` (probes, steps)."""

    problem: Problem
    probes: int
    steps: int


class Chains(NamedTuple):
    """``draws`` steps of as many chains as ``start`` (chains, d) has: answer ``mean`` and ``variance`` (d,).

    Attributes:
        target: as our API takes it.
        data: features (n, d) and labels of a logistic posterior; None for the banana.
        scale: deviation of the prior, or of the banana's x.
        bend: of the banana.
        leapfrog: steps of a trajectory; 0 is a random walk.
        step_size: of the walk's proposal or of a leapfrog step.
    """

    target: dict[str, Any]
    data: tuple[Array, Array] | None
    scale: float
    bend: float
    start: Array
    draws: int
    leapfrog: int
    step_size: float
    dtype: Literal["float32", "float64"]


class Encoding(NamedTuple):
    """Columns on their way to the page as an event of this ``kind``: answer the columns as read back."""

    kind: str
    columns: Mapping[str, Array]
