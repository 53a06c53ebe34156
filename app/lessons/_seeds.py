"""Many seeds of one network at once: the batch axis is the seed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from app.core.interfaces import Array, Optimiser
from app.experiments.build import build_objective, generator
from app.experiments.specs import RunSpec
from app.lessons._base import Claim
from app.objectives.network import Network, NetworkSpec

Solved = Callable[[Network, Array], Array]
"""Which of the parameter vectors ``(seeds, d)`` do what is asked, ``(seeds,)``."""


def network_spec(**fields: Any) -> NetworkSpec:
    """A network's spec, written as a client writes it."""
    return NetworkSpec.model_validate(fields)


def run_of(objective: NetworkSpec, *optimisers: Optimiser, **fields: Any) -> RunSpec:
    """The run that a lesson opens."""
    return RunSpec.model_validate({"objective": objective, "optimisers": optimisers, **fields})


def drawn(spec: NetworkSpec, seeds: Sequence[int]) -> tuple[Network, Array]:
    """The network, and where runs with these seeds start, ``(seeds, d)``."""
    network = build_objective(spec)
    assert isinstance(network, Network)
    return network, np.stack([network.initial(spec.initialiser, generator(seed)) for seed in seeds])


def trained(network: Network, optimiser: Optimiser, theta: Array, steps: int) -> Array:
    """θ after so many full-batch steps, each seed for itself."""
    return race(network, optimiser, theta, steps, lambda _, at: np.zeros(len(at), bool))[0]


def race(network: Network, optimiser: Optimiser, theta: Array, steps: int, solved: Solved) -> tuple[Array, Array]:
    """θ at the end, and the step (looked at every 5) by which each seed had solved it, ∞ where it never did."""
    state, rng = optimiser.init(network, theta, generator(0)), generator(0)
    first = np.full(len(theta), np.inf)
    for step in range(steps + 1):
        if step % 5 == 0:
            first = np.where(np.isinf(first) & solved(network, state.theta), step, first)
            if np.isfinite(first).all():
                break
        state, _ = optimiser.step(network, state, rng)
    return state.theta, first


def within(tolerance: float) -> Solved:
    """Every output lies closer than that to its target."""

    def solved(network: Network, theta: Array) -> Array:
        gaps = network.predict(theta, network.data.inputs) - network.data.targets
        return np.asarray((np.abs(gaps) < tolerance).all(axis=(-1, -2)))

    return solved


def counted(title: str, expected: float, flags: Array, tolerance: float) -> Claim:
    """A claim about the share of seeds for which something is true."""
    measured = float(np.mean(flags))
    return Claim(title, expected, measured, tolerance, abs(measured - expected) <= tolerance, None, len(flags))


def typically(title: str, expected: float, values: Array, tolerance: float) -> Claim:
    """A claim about the median over seeds; the spread is told, not judged."""
    middle, spread = float(np.median(values)), (float(np.min(values)), float(np.max(values)))
    agreed = abs(middle - expected) <= tolerance * abs(expected)
    return Claim(title, expected, middle, tolerance, agreed, spread, len(values))
