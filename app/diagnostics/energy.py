"""Whether fresh momenta explore the energies of the target."""

from __future__ import annotations

import numpy as np

from app.core.interfaces import Array


def bfmi(energy: Array) -> Array:
    """E-BFMI of each chain: mean (ΔE)²/var E of ``(..., draws)``, ``(...)``; below 0.3 the tails are hardly reached.

    Reference: Betancourt 2016, Diagnosing suboptimal cotangent disintegrations, section 2.2.
    """
    jumps, away = np.diff(energy, axis=-1), energy - energy.mean(axis=-1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Array = np.einsum("...n,...n->...", jumps, jumps) / np.einsum("...n,...n->...", away, away)
    return found
