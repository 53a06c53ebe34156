"""Eight patterns through three units."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import ClassVar, Literal

import numpy as np

from app.core.interfaces import Array
from app.experiments.specs import RunSpec
from app.lessons._base import Claim, Lesson
from app.lessons._seeds import counted, drawn, network_spec, race, run_of, within
from app.optimisers.gradient_descent import GradientDescent

RULE = GradientDescent(learning_rate=8.0)
SEEDS = range(20)
NETWORK = network_spec(
    layers=[{"units": 3, "activation": "sigmoid"}],
    data={"kind": "encoder", "n": 8},
    loss={"kind": "squared_error", "half": True},
    output_activation="sigmoid",
    initialiser={"kind": "uniform", "scale": 0.5, "biases": True},
)


class EncoderCode(Lesson):
    """The 8-3-8 encoder invents a code."""

    kind: Literal["encoder_code"] = "encoder_code"
    room: ClassVar[str] = "network"
    title: ClassVar[str] = "A code nobody taught"
    summary: ClassVar[str] = "Eight patterns have to pass three units: the network finds a code of three digits."
    reference: ClassVar[str] = (
        "Rumelhart, Hinton & Williams 1986, Learning internal representations by error propagation, "
        "in Parallel Distributed Processing vol. 1, ch. 8, p. 335"
    )
    formula: ClassVar[str] = r"8 = 2^3: \quad e_i \mapsto h(e_i) \in (0, 1)^3 \mapsto e_i"
    text: ClassVar[tuple[str, ...]] = (
        "The target of each of eight one-hot patterns is the pattern itself, but between input and output there "
        "are only three units. Eight patterns are told apart by three digits, if each gets a code of its own.",
        "Watch the three hidden activations of the patterns spread towards 0 and 1 as the loss falls. Nobody says"
        " which code to use: every seed finds another, now and then with a digit left at one half.",
        "All outputs end on the right side of one half, from every start.",
    )

    def run(self) -> RunSpec:
        record = {"every": 5, "network": {"every": 25, "histogram": 20}}
        return run_of(NETWORK, RULE, steps=1_500, record=record)

    def checks(self) -> tuple[Callable[[], Claim], ...]:
        return _right, _distinct


@lru_cache(maxsize=1)
def _outcome() -> tuple[Array, Array]:
    network, theta = drawn(NETWORK, SEEDS)
    return race(network, RULE, theta, 4_000, within(0.5))


def _right() -> Claim:
    solved = np.isfinite(_outcome()[1])
    return counted("Seeds with all 64 outputs on the right side of one half within 4,000 sweeps", 1.0, solved, 0.0)


def _distinct() -> Claim:
    network, _ = drawn(NETWORK, SEEDS)
    codes = [network.activity(theta, network.data.inputs)[0].activations for theta in _outcome()[0]]
    apart = [np.abs(c[:, :, None] - c[:, None, :]).max(axis=0)[~np.eye(8, dtype=bool)].min() for c in codes]
    return counted("Seeds whose eight codes differ by 0.2 in some digit", 1.0, np.array(apart) > 0.2, 0.0)
