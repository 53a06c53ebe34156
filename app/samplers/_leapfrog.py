"""Hamilton's equations by leapfrog: half a kick, a drift, half a kick."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from app.core.inference import Target
from app.core.interfaces import Array
from app.samplers._metropolis import Place, choose, place_with_gradient

BREAKDOWN = 1000.0
"""An energy error beyond reason: e⁻¹⁰⁰⁰ is never accepted, the trajectory has left the level set for good."""


class Phase(NamedTuple):
    """A place and a momentum ``(chains, d)``."""

    at: Place
    momentum: Array

    def rows(self, index: Array) -> Phase:
        """Some of the chains."""
        return Phase(Place(*(part[index] for part in self.at)), self.momentum[index])


def copied(phase: Phase) -> Phase:
    """A phase whose arrays may be written."""
    return Phase(Place(*(part.copy() for part in phase.at)), phase.momentum.copy())


def write(phase: Phase, index: Array, rows: Phase) -> None:
    """Replace some of its chains, in place."""
    for whole, part in zip((*phase.at, phase.momentum), (*rows.at, rows.momentum), strict=True):
        whole[index] = part


def either(first: Array, yes: Phase, no: Phase) -> Phase:
    """Chain by chain one of two."""
    return Phase(choose(first, yes.at, no.at), np.where(first[:, None], yes.momentum, no.momentum))


def fresh_momentum(rng: np.random.Generator, shape: tuple[int, ...], inverse_mass: Array) -> Array:
    """r ~ N(0, M)."""
    momentum: Array = rng.standard_normal(shape) / np.sqrt(inverse_mass)
    return momentum


def kinetic(momentum: Array, inverse_mass: Array) -> Array:
    """½rᵀM⁻¹r."""
    with np.errstate(all="ignore"):
        return np.asarray(0.5 * (momentum * momentum * inverse_mass).sum(axis=-1))


def hamiltonian(phase: Phase, inverse_mass: Array) -> Array:
    """H = −ln p̃(θ) + ½rᵀM⁻¹r, ``(chains,)``."""
    with np.errstate(all="ignore"):
        return np.asarray(kinetic(phase.momentum, inverse_mass) - phase.at.log_density)


def leapfrog(target: Target, phase: Phase, step: float | Array, inverse_mass: Array) -> Phase:
    """r ← r + ½ε∇ ln p̃(θ), θ ← θ + εM⁻¹r, r ← r + ½ε∇ ln p̃(θ): reversible, volume-preserving, one gradient.

    On a quadratic of frequency ω it is stable exactly for ε < 2/ω.

    Reference: Neal 2011, MCMC using Hamiltonian dynamics, section 2.3 and 4.2.
    """
    with np.errstate(all="ignore"):
        half = phase.momentum + 0.5 * step * phase.at.gradient
        at = place_with_gradient(target, phase.at.theta + step * inverse_mass * half)
        return Phase(at, half + 0.5 * step * at.gradient)


class Trajectory(NamedTuple):
    """A leapfrog path as it is drawn: ``position`` (points, chains, d), ``energy`` H (points, chains)."""

    position: Array
    energy: Array
