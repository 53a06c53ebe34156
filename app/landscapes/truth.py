"""What a plane leaves out: projections onto it, the part of a displacement it captures, slice against true loss."""

from __future__ import annotations

from typing import NamedTuple

from app.core.interfaces import Array, Objective
from app.landscapes._plane import Directions
from app.landscapes.projection import Projection
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
    """Least-squares coordinates: ``(m, d) -> (m, 2)``; see :meth:`Projection.coordinates`."""
    return Projection(origin, directions).coordinates(points)


def captured(points: Array, origin: Array, directions: Directions) -> Array:
    """‖PΔ‖²/‖Δ‖²: ``(m, d) -> (m,)``; see :meth:`Projection.captured`."""
    return Projection(origin, directions).captured(points)


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
