"""The plane a run is seen in: origin, directions, coordinates of each step, and what the plane leaves out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from app.core.errors import SpecError
from app.core.interfaces import Array, Objective
from app.core.spec import kind_of
from app.experiments.build import layered, starting_point
from app.experiments.objectives import AnyObjective
from app.experiments.specs import RunSpec, View
from app.landscapes._plane import Directions, Plane, Window
from app.landscapes.planes.axes import AxesPlane
from app.landscapes.planes.pca import PcaPlane
from app.landscapes.planes.random import RandomPlane
from app.landscapes.projection import Projection
from app.objectives.network import NetworkSpec


class Frame(NamedTuple):
    """A resolved plane: θ = origin + a·x + b·y.

    ``kind`` as in the catalogue of planes; ``centre`` is the point that the client named as origin, which a plane of
    the weights' own values does not put at (0, 0).
    """

    kind: str
    origin: Array
    centre: Array
    directions: Directions
    projection: Projection

    def coordinates(self, theta: Array) -> Array:
        """Least-squares coordinates of points ``(m, d)``: ``(m, 2)``."""
        return self.projection.coordinates(theta)

    def lift(self, coordinates: Array) -> Array:
        """Points of the plane ``(m, 2) -> (m, d)``."""
        basis = self.directions.basis
        return np.asarray(self.origin + coordinates[:, : len(basis)] @ basis)

    def captured(self, theta: Array) -> Array:
        """Fraction of the squared displacement from the origin that lies in the plane: ``(m, d) -> (m,)``."""
        return self.projection.captured(theta)

    def shadow(self, theta: Array) -> tuple[Array, Array]:
        """Coordinates and captured fraction of points ``(m, d)``: ``(m, 2)``, ``(m,)``."""
        return self.projection.shadow(theta)


def in_plane(objective: Objective) -> bool:
    """Whether the objective is its own plane: two parameters or one, and no network."""
    return layered(objective) is None and objective.dim <= 2


def default_plane(objective: Objective) -> Plane:
    """x and y of two parameters; a random filter-normalised plane of more."""
    return AxesPlane() if objective.dim <= 2 else RandomPlane()


def resolve(
    spec: AnyObjective, objective: Objective, plane: Plane | None, origin: Array, points: Array | None, at: str
) -> Frame:
    """Fix a plane's directions at an origin; ``points`` are the trajectory that a PCA is fitted to."""
    chosen = plane or default_plane(objective)
    try:
        directions = chosen.directions(objective, origin, points)
    except SpecError as error:
        raise error.under(at) from error
    if not isinstance(spec, NetworkSpec) and directions.window is None:
        own = spec.window()
        directions = directions._replace(window=_around(own) if own and chosen.local else own)
    at_zero = origin if directions.origin is None else directions.origin
    return Frame(kind_of(type(chosen)), at_zero, origin, directions, Projection(at_zero, directions))


def _around(window: Window) -> Window:
    """A square about the origin, half as wide as a surface's window."""
    half = max(window[1] - window[0], window[3] - window[2]) / 4
    return -half, half, -half, half


def anchored(objective: Objective, plane: Plane | None, origin: Array) -> Array:
    """Where a plane's (0, 0) is asked to be: on a surface the zero of its coordinates, unless the plane is local."""
    at_zero = in_plane(objective) and not (plane is not None and plane.local)
    return np.zeros_like(origin) if at_zero else origin


def run_frame(spec: RunSpec, objective: Objective) -> tuple[Array, Frame]:
    """(θ₀, the plane in which the run is reported)."""
    view = spec.view or View()
    if isinstance(view.plane, PcaPlane):
        raise SpecError(
            "pca is fitted to a finished run; leave it out here and ask /api/landscapes for "
            '{"plane": {"kind": "pca"}, "run": this run}',
            "/view/plane",
        )
    if spec.start is not None and spec.start.point is not None and not in_plane(objective):
        return _start_in_plane(spec, objective, view)
    theta = _rounded(spec, starting_point(spec.objective, objective, spec.start, spec.seed))
    origin = theta if view.origin is None else _origin(spec.objective, objective, view, spec.seed)
    return theta, _framed(spec.objective, objective, view, origin)


def _start_in_plane(spec: RunSpec, objective: Objective, view: View) -> tuple[Array, Frame]:
    frame = _framed(spec.objective, objective, view, _origin(spec.objective, objective, view, spec.seed))
    assert spec.start is not None and spec.start.point is not None
    return _rounded(spec, frame.lift(np.array([spec.start.point]))[0]), frame


def _rounded(spec: RunSpec, theta: Array) -> Array:
    """The start as the run can hold it.

    Raises:
        SpecError: a parameter is beyond single precision.
    """
    with np.errstate(over="ignore"):
        rounded = theta.astype(spec.precision).astype(np.float64)
    if beyond := np.flatnonzero(~np.isfinite(rounded)).tolist():
        raise SpecError(
            f"parameter {beyond[0]} is {theta[beyond[0]]:g}, and {spec.precision} holds none beyond "
            f"{np.finfo(spec.precision).max:.3g}; start from smaller parameters, or set precision to float64",
            "/start",
        )
    return rounded


def _origin(spec: AnyObjective, objective: Objective, view: View, seed: int) -> Array:
    try:
        return starting_point(spec, objective, view.origin, seed)
    except SpecError as error:
        raise SpecError(error.message, error.pointer.replace("/start", "/view/origin")) from error


def _framed(spec: AnyObjective, objective: Objective, view: View, origin: Array) -> Frame:
    at_zero = anchored(objective, view.plane, origin)
    return resolve(spec, objective, view.plane, at_zero, None, "/view/plane")
