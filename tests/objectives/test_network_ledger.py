"""The ledger against a program that does the arithmetic number by number and counts it as it goes."""

from __future__ import annotations

from math import ceil, sqrt
from typing import Any

import numpy as np
import pytest

from app.activations.identity import Identity
from app.activations.relu import ReLU
from app.activations.sigmoid import Sigmoid
from app.activations.tanh import Tanh
from app.core.interfaces import Array
from app.losses.squared_error import SquaredError
from app.objectives._network_architecture import Architecture
from app.objectives._network_ledger import Tally, ledger
from app.objectives.network import Network
from tests.objectives.networks import examples

TANH, RELU, LINEAR = Tanh(), ReLU(), Identity()
SHAPES: dict[str, Architecture] = {
    "linear": Architecture(3, (), 2),
    "2-3-1": Architecture(2, ((3, TANH),), 1),
    "no biases, sigmoid output": Architecture(4, ((3, TANH), (2, RELU)), 2, output_activation=Sigmoid(), biases=False),
    "funnel": Architecture(7, ((6, TANH), (5, LINEAR), (2, RELU)), 1),
    "widening": Architecture(1, ((2, LINEAR), (4, TANH), (9, TANH)), 8),
    "direct": Architecture(3, ((4, TANH), (2, TANH)), 2, direct=True),
    "deep": Architecture(2, tuple((3 + i % 3, TANH) for i in range(9)), 3),
    "skips": Architecture(4, ((4, TANH),) * 5, 2, residual=1.0),
    "scaled skips": Architecture(3, ((4, RELU), (4, LINEAR), (4, TANH), (4, TANH), (2, TANH)), 1, residual=0.5),
    "skips and direct": Architecture(3, ((3, TANH), (3, TANH), (5, LINEAR)), 4, residual=0.25, direct=True),
}


class Meter:
    """Counts multiplications, and the floats that are alive."""

    def __init__(self) -> None:
        self.count = self.live = self.peak = 0

    def times(self, a: float, b: float) -> float:
        self.count += 1
        return a * b

    def dot(self, some: Any, others: Any) -> float:
        return sum(self.times(a, b) for a, b in zip(some, others, strict=True))


class Floats:
    """A vector that is counted while it lives."""

    def __init__(self, meter: Meter, values: list[float]) -> None:
        self.meter, self.values = meter, values
        meter.live += len(values)
        meter.peak = max(meter.peak, meter.live)

    def __del__(self) -> None:
        self.meter.live -= len(self.values)


class Program:
    """A network of scalars on one example, with parameters and a direction."""

    def __init__(self, net: Architecture, theta: Array, v: Array, x: list[float], y: list[float]) -> None:
        self.net, self.x, self.y, self.meter = net, x, y, Meter()
        self.blocks, self.directions = net.blocks(theta), net.blocks(v)
        self.gradient = np.zeros(net.dim)
        self.into = net.blocks(self.gradient)
        self.inputs = Floats(Meter(), x)

    def affine(self, blocks: Any, i: int, a: Floats) -> list[float]:
        W, b = blocks[i]
        z = [self.meter.dot(row, a.values) + (0 if b is None else b[r]) for r, row in enumerate(W)]
        if self.net.nodes[i].direct:
            z = [value + self.meter.dot(row, self.x) for value, row in zip(z, blocks[-1][0], strict=True)]
        return z

    def activate(self, i: int, z: Floats, below: Floats, sloped: bool) -> Floats | None:
        node = self.net.nodes[i]
        phi, slope = node.activation.first(np.array(z.values))
        kept = Floats(self.meter, list(slope)) if sloped and not node.activation.linear else None
        z.values = [self.meter.times(node.scale, a) if node.scale != 1 else a for a in phi]
        if node.skip:
            z.values = [a + b for a, b in zip(z.values, below.values, strict=True)]
        return kept

    def value(self) -> list[float]:
        a = self.inputs
        for i in range(len(self.net.nodes)):
            z = Floats(self.meter, self.affine(self.blocks, i, a))
            self.activate(i, z, a, sloped=False)
            a = z
            del z
        return a.values

    def jvp(self) -> float:
        a, tangent = self.inputs, None
        for i, node in enumerate(self.net.nodes):
            z = Floats(self.meter, self.affine(self.blocks, i, a))
            change = Floats(self.meter, self.affine(self.directions, i, a))
            if tangent is not None:
                through = [self.meter.dot(row, tangent.values) for row in self.blocks[i][0]]
                change.values = [c + t for c, t in zip(change.values, through, strict=True)]
            slope = self.activate(i, z, a, sloped=True)
            change.values = self.scaled(node, change.values, slope)
            if node.skip and tangent is not None:
                change.values = [c + t for c, t in zip(change.values, tangent.values, strict=True)]
            a, tangent = z, change
            del z, change, slope
        assert tangent is not None
        return self.meter.dot(self.loss_slope(a.values), tangent.values)

    def scaled(self, node: Any, values: list[float], slope: Floats | None) -> list[float]:
        values = (
            values if slope is None else [self.meter.times(a, b) for a, b in zip(values, slope.values, strict=True)]
        )
        return values if node.scale == 1 else [self.meter.times(node.scale, a) for a in values]

    def loss_slope(self, outputs: list[float]) -> list[float]:
        return [2 * (a - b) for a, b in zip(outputs, self.y, strict=True)]

    def reverse(self, length: int) -> None:
        starts = range(0, len(self.net.nodes), length)
        borders, error = self.borders(starts), None
        for start in reversed(starts):
            stop = min(start + length, len(self.net.nodes))
            kept, slopes = [borders.pop()], []
            for i in range(start, stop):
                z = Floats(self.meter, self.affine(self.blocks, i, kept[-1]))
                slopes.append(self.activate(i, z, kept[-1], sloped=True))
                kept.append(z)
                del z
            outputs = kept.pop()
            if error is None:
                error = outputs
                error.values = self.loss_slope(outputs.values)
            del outputs
            for i in reversed(range(start, stop)):
                error = self.back(i, error, kept, slopes)

    def borders(self, starts: range) -> list[Floats]:
        a, borders = self.inputs, []
        for i in range(starts[-1]):
            if i in starts:
                borders.append(a)
            z = Floats(self.meter, self.affine(self.blocks, i, a))
            self.activate(i, z, a, sloped=False)
            a = z
            del z
        return [*borders, a]

    def back(self, i: int, error: Floats, kept: list[Floats], slopes: list[Any]) -> Floats:
        node, W = self.net.nodes[i], self.blocks[i][0]
        delta = Floats(self.meter, list(error.values)) if node.skip and i else error
        delta.values = self.scaled(node, delta.values, slopes.pop())
        self.accumulate(i, delta.values, kept[-1].values)
        if i:
            below = [self.meter.dot(W[:, k], delta.values) for k in range(W.shape[1])]
            below = [b + e for b, e in zip(below, error.values, strict=True)] if node.skip else below
            error = Floats(self.meter, below)
        kept.pop()
        return error

    def accumulate(self, i: int, delta: list[float], below: list[float]) -> None:
        weights, biases = self.into[i]
        for j, d in enumerate(delta):
            weights[j] += [self.meter.times(d, a) for a in below]
            if biases is not None:
                biases[j] += d
            if self.net.nodes[i].direct:
                self.into[-1][0][j] += [self.meter.times(d, a) for a in self.x]


def program(net: Architecture) -> tuple[Program, Network, Array, Array]:
    rng = np.random.default_rng(0)
    data = examples(1, net.inputs, 0, net.outputs)
    theta, v = rng.standard_normal((2, net.dim))
    whole = Network.on(net, data, SquaredError())
    return Program(net, theta, v, list(data.inputs[0]), list(data.targets[0])), whole, theta, v


def tally(net: Architecture, mode: str) -> Tally:
    return next(entry for entry in ledger(net) if entry.mode == mode)


shapes = pytest.mark.parametrize("net", SHAPES.values(), ids=SHAPES.keys())


@shapes
@pytest.mark.parametrize("mode", ["reverse", "reverse_keeping_activations", "reverse_keeping_borders"])
def test_reverse_mode_costs_what_a_program_counts(net: Architecture, mode: str) -> None:
    counted, whole, theta, _ = program(net)
    nodes = len(net.nodes)
    lengths = {"reverse": nodes, "reverse_keeping_activations": 1, "reverse_keeping_borders": ceil(sqrt(nodes))}
    counted.reverse(lengths[mode])
    np.testing.assert_allclose(counted.gradient, whole.value_and_gradient(theta)[1], rtol=1e-12, atol=1e-12)
    assert counted.meter.count == tally(net, mode).multiplications
    assert counted.meter.peak == tally(net, mode).memory


@shapes
def test_a_directional_derivative_and_forward_mode_cost_what_a_program_counts(net: Architecture) -> None:
    counted, whole, theta, v = program(net)
    assert counted.jvp() == pytest.approx(whole.value_and_gradient(theta)[1] @ v, rel=1e-10)
    assert counted.meter.count == tally(net, "jvp").multiplications
    assert counted.meter.peak == tally(net, "jvp").memory == tally(net, "forward").memory
    assert tally(net, "forward").multiplications == net.dim * counted.meter.count


@shapes
def test_the_loss_and_differences_cost_what_a_program_counts(net: Architecture) -> None:
    counted, whole, theta, _ = program(net)
    predicted = whole.predict(theta, np.array([counted.x]))[0]
    np.testing.assert_allclose(counted.value(), predicted, rtol=1e-12, atol=1e-12)
    assert counted.meter.count == tally(net, "value").multiplications
    assert counted.meter.peak == tally(net, "value").memory
    assert tally(net, "central_differences").multiplications == 2 * net.dim * counted.meter.count


def test_reverse_mode_is_about_three_forward_passes_and_recomputing_trades_one_more_for_memory() -> None:
    deep = Architecture(50, ((50, TANH),) * 24, 50)
    prices = {entry.mode: entry for entry in ledger(deep)}
    forward, reverse, borders = (prices[m] for m in ("value", "reverse", "reverse_keeping_borders"))
    assert 2.9 < reverse.multiplications / forward.multiplications < 3.1
    assert 3.7 < borders.multiplications / forward.multiplications < 4.1
    assert borders.memory < reverse.memory / 2
