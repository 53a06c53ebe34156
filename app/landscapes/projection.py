"""The projection of parameters onto a plane."""

from __future__ import annotations

import numpy as np

from app.core.interfaces import Array
from app.core.memory import aligned_rows, unbuffered
from app.landscapes._plane import Directions

SMALLEST = 1e-250
"""‖Δ‖² from which on squares of its parts that matter are numbers, and below the inverse of which they are finite."""
TOGETHER = 1 << 15
"""Numbers of displacements that a core's cache holds."""


class Projection:
    """Onto a plane through ``origin``, ready for the points of a whole run.

    The directions D need not be orthogonal nor of unit length: with their lengths apart, so that very different ones do
    not spoil it, Dᵀ = QR with orthonormal columns of Q. The shadow of Δ is QQᵀΔ, and its coordinates are R⁻¹QᵀΔ.
    """

    def __init__(self, origin: Array, directions: Directions) -> None:
        basis, reference = directions.basis, directions.reference
        lengths = np.linalg.norm(basis, axis=1)
        orthonormal, mixed = np.linalg.qr((basis / lengths[:, None]).T)
        self._origin, self._reference = origin, origin if reference is None else reference
        self._across, self._back = np.ascontiguousarray(orthonormal.T), np.linalg.inv(mixed) / lengths[:, None]

    def coordinates(self, points: Array) -> Array:
        """Least-squares coordinates: ``(m, d) -> (m, 2)``; the second is 0 on a line."""
        return self._placed(self._seen(points, self._origin)[0])

    def captured(self, points: Array) -> Array:
        """‖PΔ‖²/‖Δ‖² of Δ from the plane's reference (else its origin): ``(m, d) -> (m,)``, in [0, 1]; 1 for Δ = 0."""
        return self._fraction(points, *self._seen(points, self._reference))

    def shadow(self, points: Array) -> tuple[Array, Array]:
        """Both of them."""
        if self._reference is not self._origin:
            return self.coordinates(points), self.captured(points)
        along, size = self._seen(points, self._origin)
        return self._placed(along), self._fraction(points, along, size)

    def _seen(self, points: Array, origin: Array) -> tuple[Array, Array]:
        """QᵀΔ ``(m, k)`` and ‖Δ‖² ``(m,)`` of the displacements from ``origin``, some at a time."""
        along, size = np.empty((len(points), len(self._across))), np.empty(len(points))
        room = aligned_rows(max(1, min(len(points), TOGETHER // origin.size)), origin.size)
        with unbuffered(over="ignore", under="ignore", invalid="ignore"):
            for start in range(0, len(points), len(room)):
                some = slice(start, start + len(room))
                displacement = np.subtract(points[some], origin, out=room[: len(points) - start])
                along[some], size[some] = displacement @ self._across.T, np.vecdot(displacement, displacement)
        return along, size

    def _placed(self, along: Array) -> Array:
        coordinates = np.zeros((len(along), 2))
        coordinates[:, : len(self._back)] = along @ self._back.T
        return coordinates

    def _fraction(self, points: Array, along: Array, size: Array) -> Array:
        if size.size and not (size.min() > SMALLEST and size.max() < 1 / SMALLEST):
            return self._scaled_fraction(points - self._reference)
        return np.asarray(np.minimum(np.vecdot(along, along) / size, 1.0))

    def _scaled_fraction(self, displacement: Array) -> Array:
        """The same where squares may leave the range of numbers."""
        size = np.abs(displacement).max(axis=1, keepdims=True)
        scaled = displacement / np.where(size > 0, size, 1)
        along = scaled @ self._across.T
        with np.errstate(invalid="ignore"):
            fraction = np.vecdot(along, along) / np.vecdot(scaled, scaled)
        return np.where(size[:, 0] > 0, np.clip(fraction, 0, 1), 1.0)
