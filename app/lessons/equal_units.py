"""Units that start alike stay alike."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import log
from typing import Any, ClassVar, Literal

import numpy as np

from app.core.interfaces import Array
from app.experiments.specs import RunSpec
from app.lessons._base import Claim, Lesson, agrees
from app.lessons._seeds import counted, drawn, network_spec, run_of, trained
from app.objectives.network import NetworkSpec
from app.optimisers.gradient_descent import GradientDescent

RULE = GradientDescent(learning_rate=0.5)
SEEDS = range(5)
STEPS = 1_000
UNITS = 6
EQUAL = 0.3


class EqualUnits(Lesson):
    """Why weights start at random: symmetry is never broken by descent."""

    kind: Literal["equal_units"] = "equal_units"
    room: ClassVar[str] = "network"
    title: ClassVar[str] = "Why weights start at random"
    summary: ClassVar[str] = "Hidden units that start alike get equal gradients for ever: six of them are one."
    reference: ClassVar[str] = (
        "Rumelhart, Hinton & Williams 1986, Learning internal representations by error propagation, "
        "in Parallel Distributed Processing vol. 1, ch. 8, p. 330 (the symmetry breaking problem)"
    )
    formula: ClassVar[str] = (
        r"w_j = w_k,\; u_j = u_k \;\Rightarrow\; \frac{\partial L}{\partial w_j} = \frac{\partial L}{\partial w_k}"
    )
    text: ClassVar[tuple[str, ...]] = (
        "Start every weight at zero and run. The hidden layer does nothing: its errors are Wᵀδ, and W is zero; "
        "its outputs are tanh 0. Only the output's bias could learn, and with as many points in one class as in "
        "the other even that has nothing to do. The loss stays at ln 2, a coin toss. It is a saddle, and gradient"
        " descent stands on it for ever.",
        "Start all weights at the same number instead, and the network learns something, but all six hidden units"
        " get the same gradient in every step and stay copies of each other: six units, the power of one.",
        "Random numbers break the symmetry, and nothing else about the run need change.",
    )

    def run(self) -> RunSpec:
        record = {"every": 5, "network": {"every": 25, "grid": 40, "units": True}}
        return run_of(_network(0, "zeros"), RULE, steps=300, record=record)

    def checks(self) -> tuple[Callable[[], Claim], ...]:
        return (
            _zeros,
            _copies,
            _broken,
        )


def _network(seed: int, initialiser: Any) -> NetworkSpec:
    return network_spec(
        layers=[{"units": UNITS, "activation": "tanh"}],
        data={"kind": "moons", "n": 100, "noise": 0.1, "seed": seed},
        initialiser=initialiser,
    )


@lru_cache(maxsize=3 * len(SEEDS))
def _ends(seed: int, start: Literal["zeros", "equal", "random"]) -> tuple[float, Array]:
    """Final loss and θ on one draw of the data."""
    network, theta = drawn(_network(seed, "zeros" if start == "zeros" else "glorot_uniform"), [seed])
    if start == "equal":
        theta = np.full_like(theta, EQUAL)
    theta = trained(network, RULE, theta, STEPS)
    return float(network.value(theta)[0]), theta[0]


def _zeros() -> Claim:
    return agrees("From zeros: final loss (ln 2, a coin toss)", log(2), [_ends(s, "zeros")[0] for s in SEEDS], 1e-12)


def _copies() -> Claim:
    hidden = [_ends(seed, "equal")[1][: 2 * UNITS].reshape(UNITS, 2) for seed in SEEDS]
    gaps = [float(np.ptp(W, axis=0).max()) for W in hidden]
    return agrees("From equal weights: largest difference between hidden units (rounding)", 0.0, gaps, 1e-12)


def _broken() -> Claim:
    lower = np.array([_ends(seed, "random")[0] < 0.5 * _ends(seed, "equal")[0] for seed in SEEDS])
    return counted("Draws of the data where random weights end at less than half the loss", 1.0, lower, 0.0)
