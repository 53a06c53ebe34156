"""Hamilton's equations by leapfrog: half a kick, a drift, half a kick."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeVar

import numpy as np

from app.core.inference import Target
from app.core.interfaces import Array
from app.samplers._metropolis import Place, choose, place_with_gradient
from app.samplers._noise import normal_like
from app.targets._energies import gradient_of

BREAKDOWN = 1000.0
"""An energy error beyond reason: e⁻¹⁰⁰⁰ is never accepted, the trajectory has left the level set for good."""


Parts = TypeVar("Parts", bound=tuple[Any, ...])


class Phase(NamedTuple):
    """A place and a momentum ``(chains, d)``."""

    at: Place
    momentum: Array


class Stride(NamedTuple):
    """How far a leapfrog step goes, coordinate by coordinate, both ``(chains, d)``: half a kick ½ε, a drift εM⁻¹;
    ``(1, d)`` where all chains go alike."""

    kick: Array
    drift: Array


def stride(step: Array, inverse_mass: Array) -> Stride:
    """Of steps ε ``(chains, 1)``; written out in full, coordinate by coordinate."""
    drift = (step.T * inverse_mass[:, None]).T
    kick = np.empty_like(drift)
    kick[...] = 0.5 * step
    return Stride(kick, drift)


def rows(parts: Parts, index: Array) -> Parts:
    """Some of the chains of nested tuples of arrays whose first axis is chains."""
    return type(parts)(*(part[index] if isinstance(part, np.ndarray) else rows(part, index) for part in parts))


def copied(phase: Phase) -> Phase:
    """A phase whose arrays may be written."""
    return Phase(Place(*(part.copy() for part in phase.at)), phase.momentum.copy())


def store(whole: tuple[Any, ...], index: Array, parts: tuple[Any, ...]) -> None:
    """Write some of the chains into nested tuples of arrays, in place."""
    for into, part in zip(whole, parts, strict=True):
        if isinstance(into, np.ndarray):
            into[index] = part
        else:
            store(into, index, part)


def either(first: Array, yes: Phase, no: Phase) -> Phase:
    """Chain by chain one of two."""
    return Phase(choose(first, yes.at, no.at), np.where(first[:, None], yes.momentum, no.momentum))


def fresh_momentum(rng: np.random.Generator, theta: Array, inverse_mass: Array) -> Array:
    """r ~ N(0, M), shaped like ``theta`` ``(chains, d)``."""
    momentum = normal_like(rng, theta)
    momentum /= np.sqrt(inverse_mass).astype(theta.dtype)
    return momentum


def kinetic(momentum: Array, inverse_mass: Array) -> Array:
    """½rᵀM⁻¹r."""
    with np.errstate(all="ignore"):
        return np.asarray(0.5 * (momentum * momentum * inverse_mass).sum(axis=-1))


def hamiltonian(phase: Phase, inverse_mass: Array) -> Array:
    """H = −ln p̃(θ) + ½rᵀM⁻¹r, ``(chains,)``."""
    with np.errstate(all="ignore"):
        return np.asarray(kinetic(phase.momentum, inverse_mass) - phase.at.log_density)


def leapfrog(target: Target, phase: Phase, along: Stride) -> Phase:
    """r ← r + ½ε∇ ln p̃(θ), θ ← θ + εM⁻¹r, r ← r + ½ε∇ ln p̃(θ): reversible, volume-preserving, one gradient.

    On a quadratic of frequency ω it is stable exactly for ε < 2/ω.

    Reference: Neal 2011, MCMC using Hamiltonian dynamics, section 2.3 and 4.2.
    """
    with np.errstate(all="ignore"):
        momentum = along.kick * phase.at.gradient
        momentum += phase.momentum
        theta = along.drift * momentum
        theta += phase.at.theta
        at = place_with_gradient(target, theta)
        momentum += along.kick * at.gradient
        return Phase(at, momentum)


def leapfrogs(target: Target, phase: Phase, along: Stride, steps: int) -> Phase:
    """So many steps: the same end to the last bit, in place, and asking for the gradient alone until the last."""
    theta, momentum = phase.at.theta.copy(order="F"), phase.momentum.copy(order="F")
    downhill, part, slope = -phase.at.gradient, np.empty_like(momentum), gradient_of(target)
    with np.errstate(all="ignore"):
        for _ in range(steps - 1):
            momentum -= np.multiply(along.kick, downhill, out=part)
            theta += np.multiply(along.drift, momentum, out=part)
            downhill = slope(theta)
            momentum -= np.multiply(along.kick, downhill, out=part)
        gradient = np.negative(downhill).astype(theta.dtype, copy=False)
    return leapfrog(target, Phase(phase.at._replace(theta=theta, gradient=gradient), momentum), along)
