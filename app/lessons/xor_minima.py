"""Exclusive or with two hidden units: not every start arrives."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import ClassVar, Literal

import numpy as np

from app.core.interfaces import Array
from app.experiments.specs import RunSpec
from app.lessons._base import Claim, Lesson
from app.lessons._seeds import counted, drawn, network_spec, race, run_of, within
from app.objectives.network import NetworkSpec
from app.optimisers.heavy_ball import HeavyBall

RULE = HeavyBall(learning_rate=0.5 * 4, momentum=0.9)
SEEDS = range(100)
SWEEPS = 3_000
STUCK = 4
"""A seed that does not arrive."""


class XorMinima(Lesson):
    """The plain 2-2-1 network on XOR."""

    kind: Literal["xor_minima"] = "xor_minima"
    room: ClassVar[str] = "network"
    title: ClassVar[str] = "The starts that do not arrive"
    summary: ClassVar[str] = "With two hidden units XOR is learned from four starts in five; with four units, always."
    reference: ClassVar[str] = (
        "Rumelhart, Hinton & Williams 1986, Learning internal representations by error propagation, "
        "in Parallel Distributed Processing vol. 1, ch. 8, p. 332; Sprinkhuizen-Kuyper & Boers 1996, The error "
        "surface of the simplest XOR network has only global minima, Neural Computation 8(6)"
    )
    formula: ClassVar[str] = r"o = \sigma\!\left(u^\top \sigma(Vx + c) + b\right), \quad V \in \mathbb{R}^{2 \times 2}"
    text: ClassVar[tuple[str, ...]] = (
        "Two hidden units are as many as XOR needs, and none to spare. Start again with another seed, and again: "
        "about one run in five never gets below a loss at which two of the four outputs stay near one half.",
        "Those runs creep along a valley that falls for ever and leads nowhere, or rest by a saddle: one hidden "
        "unit has saturated and its slope φ′, and so everything that flows back through it, has vanished.",
        "Give the network four hidden units and the trouble is gone. Units to spare are other ways down.",
    )

    def run(self) -> RunSpec:
        record = {"every": 2, "network": {"every": 20, "grid": 40, "units": True}}
        return run_of(_network(2), RULE, steps=1_000, seed=STUCK, record=record)

    def checks(self) -> tuple[Callable[[], Claim], ...]:
        return (
            partial(_solved, 2, "Two hidden units: seeds that solve it within 3,000 sweeps", 0.8, 0.1),
            partial(_solved, 4, "Four hidden units: seeds that solve it", 1.0, 0.0),
        )


def _network(units: int) -> NetworkSpec:
    return network_spec(
        layers=[{"units": units, "activation": "sigmoid"}],
        data={"kind": "xor", "task": "regression"},
        loss={"kind": "squared_error", "half": True},
        output_activation="sigmoid",
        initialiser="glorot_uniform",
    )


@lru_cache(maxsize=2)
def _sweeps(units: int) -> Array:
    network, theta = drawn(_network(units), SEEDS)
    return race(network, RULE, theta, SWEEPS, within(0.1))[1]


def _solved(units: int, title: str, expected: float, tolerance: float) -> Claim:
    return counted(title, expected, np.isfinite(_sweeps(units)), tolerance)
