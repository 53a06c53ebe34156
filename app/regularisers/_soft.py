"""The corner at zero: signs and soft thresholds."""

from __future__ import annotations

import numpy as np

from app.core.interfaces import Array


def sign(theta: Array) -> Array:
    """sign θ with sign 0 = 0, by the real part."""
    signs: Array = np.sign(theta.real)
    return signs.astype(theta.dtype, copy=False)


def soft(theta: Array, threshold: Array) -> Array:
    """sign(θ)·max(|θ| − threshold, 0): the proximal operator of threshold·|θ|."""
    return np.asarray(np.sign(theta) * np.maximum(np.abs(theta) - threshold, 0))
