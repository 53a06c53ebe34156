"""What a plane leaves out: projections onto it, the part of a displacement it captures, slice against true loss."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from app.core.interfaces import Array, Objective
from app.landscapes._plane import Directions
from app.objectives.slice import Slice


class Truth(NamedTuple):
    """A trajectory beside its shadow on a plane, point by point.

    Attributes:
        coordinates: ``(m, 2)``, the nearest point of the plane.
        captured: ``(m,)``, fraction of the squared displacement that lies in the plane.
        slice_loss: ``(m,)``, loss at the nearest point of the plane: what a picture shows.
        loss: ``(m,)``, loss at the point itself.
    """

    coordinates: Array
    captured: Array
    slice_loss: Array
    loss: Array


def project(points: Array, origin: Array, directions: Directions) -> Array:
    """Least-squares coordinates: ``(m, d) -> (m, 2)``; the second is 0 on a line.

    c = G⁻¹ D (θ − θ₀) with the Gram matrix G = D Dᵀ, so the directions need not be orthogonal nor of unit length.
    Solved on unit directions, so that very different lengths do not spoil it.
    """
    units, lengths = _units(directions)
    coordinates = np.zeros((len(points), 2))
    coordinates[:, : len(units)] = _along(units, points - origin) / lengths
    return coordinates


def captured(points: Array, origin: Array, directions: Directions) -> Array:
    """‖PΔ‖²/‖Δ‖² of the displacement Δ from ``directions.reference`` (else ``origin``): ``(m, d) -> (m,)``, in [0, 1].

    1 where nothing has moved.
    """
    start = origin if directions.reference is None else directions.reference
    displacement = points - start
    size = np.abs(displacement).max(axis=1, keepdims=True)
    scaled = displacement / np.where(size > 0, size, 1)
    units, _ = _units(directions)
    shadow = _along(units, scaled) @ units
    with np.errstate(invalid="ignore"):
        fraction = np.sum(shadow**2, axis=1) / np.sum(scaled**2, axis=1)
    return np.where(size[:, 0] > 0, np.clip(fraction, 0, 1), 1.0)


def slice_loss(objective: Objective, origin: Array, directions: Directions, coordinates: Array) -> Array:
    """Loss at points of the plane: ``(m, 2) -> (m,)``."""
    plane = Slice(objective, origin, directions.basis)
    return plane.value(coordinates[:, : plane.dim])


def truth(objective: Objective, points: Array, origin: Array, directions: Directions) -> Truth:
    """Everything the badge shows of points ``(m, d)``."""
    coordinates = project(points, origin, directions)
    return Truth(
        coordinates,
        captured(points, origin, directions),
        slice_loss(objective, origin, directions, coordinates),
        objective.value(points),
    )


def _units(directions: Directions) -> tuple[Array, Array]:
    """The unit directions ``(k, d)``, and how long they were."""
    basis = directions.basis
    lengths = np.linalg.norm(basis, axis=1)
    return basis / lengths[:, None], lengths


def _along(units: Array, displacement: Array) -> Array:
    """Least-squares coordinates along unit directions: ``(m, d) -> (m, k)``."""
    return np.linalg.solve(units @ units.T, units @ displacement.T).T
