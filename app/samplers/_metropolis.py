"""What kernels with an accept step share: where chains are, and how a proposal is taken or refused."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from app.core.errors import SpecError
from app.core.inference import SamplerInfo, SamplerState, Target
from app.core.interfaces import Array
from app.samplers._noise import uniform_like


class Place(NamedTuple):
    """Positions ``(chains, d)``, ln p̃ there ``(chains,)``, and ∇ ln p̃, ``(chains, 0)`` for kernels that use none."""

    theta: Array
    log_density: Array
    gradient: Array


def place(target: Target, theta: Array) -> Place:
    """``theta`` with its density; −∞ where that is zero, NaN where it overflows."""
    with np.errstate(all="ignore"):
        value = target.value(theta).astype(theta.dtype, copy=False)
        return Place(theta, np.negative(value), np.empty((*theta.shape[:-1], 0), theta.dtype))


def place_with_gradient(target: Target, theta: Array) -> Place:
    """The same with the gradient."""
    with np.errstate(all="ignore"):
        value, gradient = (part.astype(theta.dtype, copy=False) for part in target.value_and_gradient(theta))
        return Place(theta, np.negative(value), np.negative(gradient))


def begin(target: Target, theta: Array, *, with_gradient: bool = False, memory: tuple[Array, ...] = ()) -> SamplerState:
    """The state of chains at ``theta`` ``(chains, d)``, which is copied; in float32 where that is.

    A coordinate's values over all chains lie side by side in memory (Fortran's order): d is small, and NumPy is slow
    along a short last axis. NumPy keeps that order through the arithmetic of a step.

    Raises:
        SpecError: a chain starts where the density vanishes, or ``theta`` is of another dimension.
    """
    theta = np.array(theta, dtype=np.float32 if theta.dtype == np.float32 else np.float64, order="F")
    if theta.ndim != 2 or theta.shape[1] != target.dim:
        raise SpecError(f"positions of shape {theta.shape} must be (chains, {target.dim}); send one row a chain")
    here = place_with_gradient(target, theta) if with_gradient else place(target, theta)
    if not (np.isfinite(here.log_density).all() and np.isfinite(here.gradient).all()):
        raise SpecError("a chain would start where the density is zero or not finite; choose another start", "/start")
    return SamplerState(*here, memory, 0)


def here(state: SamplerState) -> Place:
    """Where a state is."""
    return Place(state.theta, state.log_density, state.gradient)


def moved(state: SamplerState, to: Place) -> SamplerState:
    """The state one step later, at ``to``, in the precision of the one before."""
    if to.theta.dtype != state.theta.dtype:
        to = Place(*(part.astype(state.theta.dtype) for part in to))
    return SamplerState(*to, state.memory, state.t + 1)


def choose(accepted: Array, new: Place, old: Place) -> Place:
    """``new`` for the chains that accepted, ``old`` for the others."""
    rows = accepted[:, None]
    return Place(
        np.where(rows, new.theta, old.theta),
        np.where(accepted, new.log_density, old.log_density),
        np.where(rows, new.gradient, old.gradient),
    )


def probability(log_ratio: Array, out: Array | None = None) -> Array:
    """min(1, exp(log_ratio)); NaN is refused. ``out`` may be its argument."""
    with np.errstate(under="ignore", invalid="ignore"):
        taken = np.fmax(log_ratio, -np.inf, out=out)
        np.fmin(taken, 0, out=taken)
        return np.exp(taken, out=taken)


def decide(
    state: SamplerState, proposal: Place, log_ratio: Array, rng: np.random.Generator
) -> tuple[SamplerState, SamplerInfo]:
    """Take each chain's proposal with probability min(1, exp(log_ratio)), at one evaluation a chain."""
    acceptance = probability(log_ratio)
    with np.errstate(divide="ignore"):
        accepted = np.log(uniform_like(rng, acceptance)) < log_ratio
    to = choose(accepted, proposal, here(state))
    return moved(state, to), plain_info(to, accepted, acceptance, 1)


def plain_info(to: Place, accepted: Array, acceptance: Array, evaluations: int | Array) -> SamplerInfo:
    """The account of a step without momentum, which cannot diverge."""
    chains = len(to.theta)
    spent = np.full(chains, evaluations, dtype=np.int64)
    return SamplerInfo(to.log_density, accepted, acceptance, np.zeros(chains, dtype=bool), spent, -to.log_density)
