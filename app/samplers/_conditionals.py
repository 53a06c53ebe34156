"""Which coordinates of a density have a Gaussian conditional, and what it is."""

from __future__ import annotations

import numpy as np

from app.core.inference import Target
from app.core.interfaces import Array
from app.samplers._metropolis import place

PLACES, POINTS = 8, 65
TOLERANCE = 1e-9


def conditional(target: Target, theta: Array, i: int) -> tuple[Array, Array]:
    """Mean and variance of the parabola of −ln p̃ along coordinate ``i``, each ``(...)``; two evaluations."""
    with np.errstate(all="ignore"):
        gradient = target.value_and_gradient(theta)[1][..., i]
        curvature = target.hvp(theta, np.eye(target.dim)[i])[..., i]
        return theta[..., i] - gradient / curvature, 1 / curvature


def gaussian_coordinates(target: Target, rng: np.random.Generator) -> Array:
    """Whether −ln p̃ is a parabola along each coordinate, ``(d,)``: at random places, from end to end of the box."""
    low, high = target.box.T
    places = low + (high - low) * rng.uniform(0.25, 0.75, (PLACES, target.dim))
    return np.array([_is_parabola(target, places, i) for i in range(target.dim)])


def _is_parabola(target: Target, places: Array, i: int) -> bool:
    mean, variance = conditional(target, places, i)
    along = np.broadcast_to(places, (POINTS, *places.shape)).copy()
    low, high = target.box[i]
    along[..., i] = x = np.linspace(low, high, POINTS)[:, None]
    energy = -place(target, along).log_density
    with np.errstate(all="ignore"):
        parabola = 0.5 * (x - mean) ** 2 / variance
        error = np.ptp(energy - parabola, axis=0)
        return bool((variance > 0).all() and (error <= TOLERANCE * (1 + np.ptp(energy, axis=0))).all())
