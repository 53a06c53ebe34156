"""What kernels that discretise the Langevin diffusion share."""

from __future__ import annotations

import numpy as np

from app.core.inference import SamplerInfo, SamplerState, Target
from app.core.interfaces import Array
from app.samplers._metropolis import Place, choose, here, moved, place, place_with_gradient, plain_info


def drifted(at: Place, step_size: float | Array) -> Array:
    """θ + ½ε²∇ ln p̃(θ): where a Langevin proposal is centred."""
    centre: Array = at.theta + 0.5 * step_size**2 * at.gradient
    return centre


def log_proposal(to: Array, centre: Array, scale: float | Array) -> Array:
    """ln N(to; centre, scale²·I) up to its constant: ``(chains,)``."""
    return np.asarray(-0.5 * (((to - centre) / scale) ** 2).sum(axis=-1))


def uncorrected(
    target: Target, state: SamplerState, proposal: Array, *, with_gradient: bool = True
) -> tuple[SamplerState, SamplerInfo]:
    """Go to ``proposal`` whatever the density says; a chain whose density or gradient overflows stays and diverges."""
    to = place_with_gradient(target, proposal) if with_gradient else place(target, proposal)
    whole = np.isfinite(to.log_density) & np.isfinite(to.gradient).all(axis=-1)
    stayed = choose(whole, to, here(state))
    info = plain_info(stayed, whole, whole.astype(np.float64), 1)
    return moved(state, stayed), info._replace(divergent=~whole)


def langevin_variance(step_size: float, frequency: float, temperature: float = 1.0, noise: float = 0.0) -> float | None:
    """Where θ′ = θ + ½ε²(∇ ln p̃ + σξ) + ε√τ·z settles on N(0, 1/ω²): (τ + ε²σ²/4)/(ω²(1 − ε²ω²/4)); None: nowhere.

    It is the fixed point of v = (1 − ½ε²ω²)²v + ε²τ + ¼ε⁴σ².
    """
    slack = 1 - (step_size * frequency) ** 2 / 4
    return (temperature + (step_size * noise) ** 2 / 4) / (frequency**2 * slack) if slack > 0 else None
