"""Networks of every shape for the tests: Hypothesis strategies over all that an architecture can be."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

from app.activations._base import Activation
from app.activations.identity import Identity
from app.core.interfaces import Array, Data
from app.core.spec import catalogue
from app.losses._base import Loss
from app.losses.cross_entropy import CrossEntropy
from app.losses.squared_error import SquaredError
from app.objectives._network_architecture import Architecture
from app.objectives.network import Network
from app.regularisers._base import Regulariser

STEP = 1e-20
ACTIVATIONS = tuple(entry() for entry in catalogue("app.activations", Activation).values())
REGULARISERS = tuple(catalogue("app.regularisers", Regulariser).values())


class Case(NamedTuple):
    """A network, its parameters (none within 0.05 of zero, where L1 has its kink), randomness, and its loss."""

    network: Network
    theta: Array
    rng: np.random.Generator
    loss: Loss


def examples(n: int, features: int, classes: int = 0, outputs: int = 1, seed: int = 0, held_out: int = 0) -> Data:
    """Random examples; a regression where ``classes`` is 0."""
    rng = np.random.default_rng(seed)
    inputs = rng.standard_normal((n + held_out, features))
    targets: Array = rng.standard_normal((n + held_out, outputs))
    if classes:
        targets = rng.integers(0, classes, n + held_out)
    task = "classification" if classes else "regression"
    names = tuple(f"x{i}" for i in range(features))
    return Data(inputs[:n], targets[:n], inputs[n:], targets[n:], task, classes, names, ())


def network(
    data: Data,
    hidden: tuple[tuple[int, Activation], ...],
    loss: Loss,
    penalties: tuple[Regulariser, ...] = (),
    **flags: Any,
) -> Network:
    """A network whose outputs follow from data and loss."""
    outputs = loss.criterion(data).outputs
    return Network.on(Architecture(data.inputs.shape[1], hidden, outputs, **flags), data, loss, penalties)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Any depth, widths, activations, loss, penalties, biases, skip and direct connections."""
    seed = draw(st.integers(0, 2**32 - 1), label="seed")
    classes = draw(st.sampled_from([0, 2, 3]), label="classes")
    data = examples(draw(st.integers(1, 6)), draw(st.integers(1, 3)), classes, draw(st.integers(1, 2)), seed)
    squared = draw(st.builds(SquaredError, half=st.booleans()), label="squared")
    loss = draw(st.sampled_from([squared, CrossEntropy()]), label="loss") if classes else squared
    units = st.tuples(st.integers(1, 4), st.sampled_from(ACTIVATIONS))
    hidden = tuple(draw(st.lists(units, max_size=4), label="hidden"))
    linear_output = isinstance(loss, CrossEntropy)
    built = network(
        data,
        hidden,
        loss,
        _penalties(draw),
        output_activation=Identity() if linear_output else draw(st.sampled_from(ACTIVATIONS), label="output"),
        biases=draw(st.booleans(), label="biases"),
        residual=draw(st.sampled_from([None, 1.0, 0.5]), label="residual"),
        direct=draw(st.booleans(), label="direct"),
    )
    rng = np.random.default_rng(seed)
    return Case(built, parameters(rng, built.dim), rng, loss)


def _penalties(draw: st.DrawFn) -> tuple[Regulariser, ...]:
    kinds = draw(st.lists(st.sampled_from(REGULARISERS), max_size=2), label="penalties")
    return tuple(kind(strength=0.1, biases=draw(st.booleans())) for kind in kinds)


def parameters(rng: np.random.Generator, *shape: int) -> Array:
    """Random parameters at least 0.05 away from zero."""
    draw = rng.normal(0, 0.7, shape)
    return np.copysign(0.05 + np.abs(draw), draw)


def margin(case: Case) -> float:
    """Least distance of a pre-activation from a kink of its unit's activation."""
    rows = case.network.trace(case.theta, np.arange(case.network.examples))
    nodes = case.network.architecture.nodes
    gaps = [
        np.abs(row["preactivations"] - kink).min()
        for row, node in zip(rows, nodes, strict=True)
        for kink in node.activation.kinks
    ]
    return min(gaps, default=np.inf)


def complex_gradient(objective: Network, theta: Array) -> Array:
    """Im f(θ + i h eⱼ)/h, exact to rounding."""
    return np.asarray(objective.value(theta + 1j * STEP * np.eye(theta.size)).imag / STEP)


def complex_product(objective: Network, theta: Array, v: Array) -> Array:
    """Im ∇f(θ + i h v)/h, exact to rounding."""
    return np.asarray(objective.value_and_gradient(theta + 1j * STEP * v)[1].imag / STEP)


def richardson(function: Any, h: float) -> Array:
    """Derivative at 0 by central differences with steps h, h/2, h/4, two Richardson steps: error O(h⁶)."""
    coarse, middle, fine = ((function(s) - function(-s)) / (2 * s) for s in (h, h / 2, h / 4))
    first, second = (4 * middle - coarse) / 3, (4 * fine - middle) / 3
    return np.asarray((16 * second - first) / 15)


def close(actual: Array, expected: Array, relative: float) -> None:
    """Agreement relative to the largest entry (or to 1e-3, where all are smaller)."""
    np.testing.assert_allclose(actual, expected, rtol=0, atol=relative * max(float(np.abs(expected).max()), 1e-3))
