"""What a plane is: θ = origin + a·x + b·y, or a line where there is no y."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

import numpy as np

from app.core.errors import SpecError
from app.core.interfaces import Array, Layer, Objective
from app.core.spec import CatalogueEntry

Window = tuple[float, float, float, float]
"""x0, x1, y0, y1 in the coordinates (a, b) of a plane."""

UNIT_WINDOW: Window = (-1.0, 1.0, -1.0, 1.0)
PARALLEL = 1e-6
"""Directions whose angle is below this (in radians) do not span a plane that coordinates could be read from."""


class Directions(NamedTuple):
    """A plane as numbers.

    Attributes:
        x: first direction, ``(d,)``, of any length; coordinates are in units of it.
        y: second direction, ``(d,)``; None makes the plane a line.
        labels: names of the two axes.
        explained: fraction of the trajectory's variance along x and along y, where the plane was fitted to one.
        random_walk_explained: the same for a random walk of as many points in as many dimensions.
        origin: the point with coordinates (0, 0), where the plane moved it; None leaves the caller's.
        reference: the point from which displacements are measured (see ``captured``); None: the origin.
        window: where to look by default, where the plane knows.
        eigenpairs: (eigenvalues, residuals) of the Hessian along x and y, where they are its eigenvectors.
    """

    x: Array
    y: Array | None
    labels: tuple[str, str]
    explained: tuple[float, float] | None = None
    random_walk_explained: tuple[float, float] | None = None
    origin: Array | None = None
    reference: Array | None = None
    window: Window | None = None
    eigenpairs: tuple[Array, Array] | None = None

    @property
    def basis(self) -> Array:
        """The directions as rows: ``(2, d)``, or ``(1, d)`` for a line."""
        return self.x[None] if self.y is None else np.stack([self.x, self.y])


class Plane(CatalogueEntry):
    """A rule that chooses directions; its fields are its parameters.

    Attributes:
        local: coordinates are displacements from the origin on a surface too, where other planes read x and y.
        products: Hessian-vector products that its directions take, to the order of magnitude.
    """

    local: ClassVar[bool] = False
    products: ClassVar[int] = 0

    def directions(self, objective: Objective, origin: Array, points: Array | None = None) -> Directions:
        """The plane of ``objective`` at ``origin`` ``(d,)``; ``points`` ``(m, d)`` is a trajectory to fit, if any.

        Raises:
            SpecError: the plane does not exist here; the pointer is relative to this spec.
        """
        raise NotImplementedError


def spanning(directions: Directions, pointers: tuple[str, str], remedy: str) -> Directions:
    """The same directions, once it is sure that neither is zero and that they are not parallel.

    Args:
        directions: to be checked.
        pointers: fields to blame for x and for y.
        remedy: what to do about either.

    Raises:
        SpecError: a direction has length zero or is not finite, or the two are parallel.
    """
    for direction, pointer in zip(directions.basis, pointers, strict=False):
        size = np.abs(direction).max()
        if not 0 < size < np.inf:
            raise SpecError(f"a direction must be finite and not zero, its largest entry is {size}; {remedy}", pointer)
    if directions.y is not None and parallel(directions.x, directions.y):
        raise SpecError(f"the two directions are parallel and span a line, not a plane; {remedy}", pointers[1])
    return directions


def parallel(x: Array, y: Array) -> bool:
    """Whether two directions, finite and not zero, differ in angle by less than ``PARALLEL``, sign aside."""
    one, other = _unit(x), _unit(y)
    return bool(min(np.linalg.norm(one - other), np.linalg.norm(one + other)) < PARALLEL)


def _unit(direction: Array) -> Array:
    scaled = direction / np.abs(direction).max()
    return np.asarray(scaled / np.linalg.norm(scaled))


def layers_of(objective: Objective) -> tuple[Layer, ...]:
    """Layers of a network; none for any other objective.

    Told by what it has: ``isinstance`` with a protocol of a dozen members takes longer than a small grid.
    """
    layers: tuple[Layer, ...] = getattr(objective, "layers", ())
    return layers


def bounding_window(points: Array, margin: float = 0.25) -> Window:
    """The box of points ``(m, 2)`` plus ``margin`` of its size on each side; neither side is ever empty.

    A side shorter than a twentieth of the other is widened to that, and one point gets a box of side 1 plus margins.
    """
    low, high = points.min(axis=0), points.max(axis=0)
    size = high - low
    size = np.maximum(size, size.max() / 20) if size.max() > 0 else np.full(2, 1.0)
    half = np.maximum(size * (0.5 + margin), 1e-9 * np.abs(points).max())
    middle = (low + high) / 2
    (x0, y0), (x1, y1) = middle - half, middle + half
    return float(x0), float(x1), float(y0), float(y1)
