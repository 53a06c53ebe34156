"""What kernels with an accept step share."""

from __future__ import annotations

import numpy as np

from app.core.errors import SpecError
from app.core.inference import SamplerInfo, SamplerState, Target
from app.core.interfaces import Array


def begin(target: Target, theta: Array) -> SamplerState:
    """The state of chains at ``theta`` ``(chains, d)`` for a kernel that uses no gradient.

    Raises:
        SpecError: a chain starts where the density vanishes, or ``theta`` is of another dimension.
    """
    theta = np.array(theta, dtype=np.float64)
    if theta.ndim != 2 or theta.shape[1] != target.dim:
        raise SpecError(f"positions of shape {theta.shape} must be (chains, {target.dim}); send one row a chain")
    log_density = -target.value(theta)
    if not np.isfinite(log_density).all():
        raise SpecError("a chain would start where the density is zero or not finite; choose another start", "/start")
    return SamplerState(theta, log_density, np.empty((len(theta), 0)), (), 0)


def decide(
    state: SamplerState, proposal: Array, log_density: Array, log_ratio: Array, rng: np.random.Generator
) -> tuple[SamplerState, SamplerInfo]:
    """Take each chain's proposal with probability min(1, exp(log_ratio)); NaN is refused."""
    log_ratio = np.where(np.isnan(log_ratio), -np.inf, log_ratio)
    acceptance = np.exp(np.minimum(log_ratio, 0.0))
    accepted = rng.random(len(acceptance)) < acceptance
    theta = np.where(accepted[:, None], proposal, state.theta)
    now = np.where(accepted, log_density, state.log_density)
    following = state._replace(theta=theta, log_density=now, t=state.t + 1)
    ones, none = np.ones(len(theta), dtype=np.int64), np.zeros(len(theta), dtype=bool)
    return following, SamplerInfo(now, accepted, acceptance, none, ones, -now)
