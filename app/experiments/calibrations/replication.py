"""One replication: a truth from the prior, data from the truth, and the posterior that they make."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from app.core.errors import SpecError
from app.core.interfaces import Array
from app.core.spec import catalogue
from app.experiments.calibrations.specs import CalibrationSpec
from app.experiments.posteriors.setting import build_target
from app.targets._base import Density, TargetEntry

_DOMAIN = 0x5BC0
_TRUTH = 2**32


class Replication(NamedTuple):
    """What a replication is run on.

    Attributes:
        truth: θ* ~ prior, ``(d,)``.
        target: the posterior of data simulated at θ*.
        starts: draws of the prior, ``(draws, d)``.
    """

    truth: Array
    target: Density
    starts: Array


def generator(seed: int, replication: int, step: int) -> np.random.Generator:
    """The stream of (seed, replication, step)."""
    key = np.array([seed, (_DOMAIN << 32) + replication], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=key, counter=[0, 0, 0, step]))


@lru_cache(maxsize=4)
def replicated(spec: CalibrationSpec, number: int) -> Replication:
    """Replication ``number``, kept for the next slice.

    Raises:
        SpecError: the target has no prior, or its data cannot be simulated.
    """
    rng = generator(spec.seed, number, _TRUTH)
    prior = prior_of(spec)
    truth = drawn(prior, rng, 1)[0]
    simulated = spec.target.simulated(truth, rng)
    assert simulated is not None
    return Replication(truth, simulated.build(), drawn(prior, rng, spec.draws))


def prior_of(spec: CalibrationSpec) -> Density:
    """The prior of the target.

    Raises:
        SpecError: it has none, or its data cannot be simulated; the message says which targets will do.
    """
    if type(spec.target).simulated is TargetEntry.simulated:
        possible = ", ".join(simulable())
        raise SpecError(
            f"target {spec.target.title!r} has no data to simulate from a prior; choose one of {possible}", "/target"
        )
    parts = build_target(spec.target).facts.parts
    assert parts is not None
    return parts.prior


def simulable() -> list[str]:
    """The kinds of the targets that can be calibrated on."""
    targets = catalogue("app.targets", TargetEntry)
    return [kind for kind, entry in targets.items() if entry.simulated is not TargetEntry.simulated]  # type: ignore[attr-defined]


def drawn(prior: Density, rng: np.random.Generator, count: int) -> Array:
    """Exact draws of the prior."""
    found = prior.sample(rng, count)
    assert found is not None
    return found
