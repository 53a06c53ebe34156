"""What two hidden units discover about mirror images."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import ClassVar, Literal

import numpy as np

from app.core.interfaces import Array
from app.experiments.specs import RunSpec
from app.lessons._base import Claim, Lesson, agrees
from app.lessons._seeds import counted, drawn, network_spec, race, run_of, typically, within
from app.optimisers.heavy_ball import HeavyBall

VECTORS = 64
RULE = HeavyBall(learning_rate=0.1 * VECTORS, momentum=0.9)
"""ε = 0.1 on the sum over the 64 vectors; our loss is their mean."""
SEEDS = range(20)
SWEEPS = 10_000
SOLVES = 17
"""A seed that arrives soon."""
NETWORK = network_spec(
    layers=[{"units": 2, "activation": "sigmoid"}],
    data={"kind": "symmetry", "bits": 6, "task": "regression"},
    loss={"kind": "squared_error", "half": True},
    output_activation="sigmoid",
    initialiser={"kind": "uniform", "scale": 0.3, "biases": True},
)


class SymmetryDetection(Lesson):
    """A 6-2-1 network and the pattern in its weights."""

    kind: Literal["symmetry_detection"] = "symmetry_detection"
    room: ClassVar[str] = "network"
    title: ClassVar[str] = "Mirror images in the ratio 1 : 2 : 4"
    summary: ClassVar[str] = "Two hidden units learn to tell symmetric bit vectors, and their weights show how."
    reference: ClassVar[str] = (
        "Rumelhart, Hinton & Williams 1986, Learning representations by back-propagating errors, Nature 323, fig. 1"
    )
    formula: ClassVar[str] = r"w_i = -w_{7-i}, \qquad |w_1| : |w_2| : |w_3| = 1 : 2 : 4 \text{ in some order}"
    text: ClassVar[tuple[str, ...]] = (
        "Six bits, and one question: does the vector read the same from both ends? No single bit says anything "
        "about it. The paper that made back-propagation famous trained two hidden units on all 64 vectors.",
        "Look at the weights of a hidden unit when it is done: those of mirrored bits are equal and opposite, so "
        "a symmetric vector cancels out in both units. And the three sizes are as 1 to 2 to 4, so that no "
        "asymmetric vector can cancel by chance: every difference of bits gives another sum.",
        "The paper needed 1,425 sweeps; another start needs another number, and a few never arrive in 10,000. "
        "Very rarely a seed finds 2 : 3 : 4 instead, whose sums do not cancel either.",
    )

    def run(self) -> RunSpec:
        record = {"every": 10, "network": {"every": 50, "histogram": 16}}
        return run_of(NETWORK, RULE, steps=2_000, seed=SOLVES, record=record)

    def checks(self) -> tuple[Callable[[], Claim], ...]:
        return _solved, _antisymmetric, _doubled, _quadrupled


@lru_cache(maxsize=1)
def _outcome() -> tuple[Array, Array]:
    network, theta = drawn(NETWORK, SEEDS)
    return race(network, RULE, theta, SWEEPS, within(0.1))


def _weights() -> Array:
    """Hidden weights of the seeds that solved it, ``(seeds, 2, 6)``."""
    theta, first = _outcome()
    return theta[np.isfinite(first), :12].reshape(-1, 2, 6)


def _sizes() -> Array:
    """The three sizes of each unit, ascending, the least as 1: ``(seeds, 2, 3)``."""
    sizes = np.sort(np.abs(_weights()[..., :3]), axis=-1)
    return np.asarray(sizes / sizes[..., :1])


def _solved() -> Claim:
    solved = np.isfinite(_outcome()[1])
    return counted("Seeds that have all 64 right to 0.1 within 10,000 sweeps", 0.95, solved, 0.15)


def _antisymmetric() -> Claim:
    W = _weights()
    gap = np.abs(W + W[..., ::-1]).max(axis=(1, 2)) / np.abs(W).max(axis=(1, 2))
    return agrees("Largest |w + mirrored w|, relative to the largest weight", 0.0, gap.tolist(), 0.01)


def _doubled() -> Claim:
    return typically("Middle size over the least, median over seeds", 2.0, _sizes()[:, 0, 1], 0.02)


def _quadrupled() -> Claim:
    return typically("Largest size over the least, median over seeds", 4.0, _sizes()[:, 0, 2], 0.02)
