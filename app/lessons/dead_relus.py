"""Rectifiers that a large step has shut for good."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from math import log
from typing import ClassVar, Literal

import numpy as np

from app.core.interfaces import Array
from app.experiments.specs import RunSpec
from app.lessons._base import Claim, Lesson, agrees
from app.lessons._seeds import counted, drawn, network_spec, run_of, trained
from app.optimisers.gradient_descent import GradientDescent

MODERATE, LARGE = 0.3, 30.0
STEPS = 500
SEEDS = range(20)
NETWORK = network_spec(
    layers=[{"units": 16, "activation": "relu"}],
    data={"kind": "moons", "n": 100, "noise": 0.1},
    initialiser="he_normal",
)


class DeadRelus(Lesson):
    """A large learning rate kills rectifiers, and they do not come back."""

    kind: Literal["dead_relus"] = "dead_relus"
    room: ClassVar[str] = "network"
    title: ClassVar[str] = "Dead units"
    summary: ClassVar[str] = "One step that is far too large can shut a rectifier on every example, and shut it stays."
    reference: ClassVar[str] = (
        "Maas, Hannun & Ng 2013, Rectifier nonlinearities improve neural network acoustic models, section 2; "
        "Lu, Shin, Su & Karniadakis 2020, Dying ReLU and initialization, Communications in Computational Physics 28(5)"
    )
    formula: ClassVar[str] = r"z_j(x_i) \le 0 \;\;\forall i \quad\Rightarrow\quad \frac{\partial L}{\partial w_j} = 0"
    text: ClassVar[tuple[str, ...]] = (
        "Where a rectifier's input is negative its slope is zero. If that is so on every example, no error passes, the "
        "gradient of its weights is exactly zero, and gradient descent never moves them again. The unit is dead.",
        "Two runs from one start: η = 0.3, where units live and the loss falls, and η = 30. The first steps of "
        "the second throw weights and biases so far that most of the sixteen units are shut on all examples. What"
        " is left cannot draw the boundary, and almost always the loss stays above that of a coin toss.",
        "Watch the share of dead units step up and never come down. A leak below zero (leaky ReLU) or a smaller rate "
        "prevents it.",
    )

    def run(self) -> RunSpec:
        optimisers = (GradientDescent(learning_rate=MODERATE), GradientDescent(learning_rate=LARGE))
        record = {"network": {"every": 10, "grid": 40, "units": True, "histogram": 24}}
        return run_of(NETWORK, *optimisers, steps=200, record=record)

    def checks(self) -> tuple[Callable[[], Claim], ...]:
        return (
            partial(_dead, MODERATE, "η = 0.3: share of dead units", 0.0, 0.1),
            partial(_dead, LARGE, "η = 30: share of dead units", 0.85, 0.25),
            partial(_lost, MODERATE, "η = 0.3: seeds that end above a coin toss, ln 2", 0.0, 0.0),
            partial(_lost, LARGE, "η = 30: seeds that end above a coin toss, ln 2", 1.0, 0.1),
        )


@lru_cache(maxsize=2)
def _ends(learning_rate: float) -> tuple[Array, Array]:
    """Final loss and share of dead units of each seed."""
    network, theta = drawn(NETWORK, SEEDS)
    theta = trained(network, GradientDescent(learning_rate=learning_rate), theta, STEPS)
    dead = [(network.activity(one, network.data.inputs)[0].slopes == 0).all(axis=-1).mean() for one in theta]
    return network.value(theta), np.array(dead)


def _dead(learning_rate: float, title: str, expected: float, tolerance: float) -> Claim:
    return agrees(title, expected, _ends(learning_rate)[1].tolist(), tolerance)


def _lost(learning_rate: float, title: str, expected: float, tolerance: float) -> Claim:
    return counted(title, expected, _ends(learning_rate)[0] > log(2), tolerance)
