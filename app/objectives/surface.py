"""Surfaces: specs of analytic functions of two variables, and the objectives they build."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, NamedTuple

import numpy as np

from app.core.interfaces import Array
from app.core.spec import CatalogueEntry
from app.objectives.expression import Expression, to_program
from app.objectives.jets import PAIRS, Jet, evaluate
from app.objectives.straight import Straight, written_out

CHUNK = 8192
"""Points evaluated at a time: bounds the memory of a sweep to nodes × chunk, and keeps it in cache."""

WORTHWHILE = 8
"""Calls for jets of one order that are interpreted; then the program is written out, as long as five take."""

FLAT = 1e-300
"""Curvature whose inverse would overflow: as good as none."""

NAMES = ("x", "y")

Window = tuple[float, float, float, float]
"""x0, x1, y0, y1."""


class Minimum(NamedTuple):
    """A strict local minimum: where it is and how low."""

    point: tuple[float, float]
    value: float


class SurfaceObjective:
    """An expression in x and y as an objective: θ = (x, y), exact derivatives, every leading axis batch.

    float64 in, float64 out; complex128 in, complex128 out; other real types are computed in float64. Where the
    expression is not defined the results are NaN or ±inf, without warnings.

    Args:
        expression: f(x, y).
    """

    def __init__(self, expression: Expression) -> None:
        self.dim = len(NAMES)
        self.expression = expression
        self._program = to_program(expression)
        self._asked = [0, 0, 0]
        self._written: dict[int, Straight] = {}

    def __reduce__(self) -> tuple[type[SurfaceObjective], tuple[Expression]]:
        return type(self), (self.expression,)  # what is written out is not sent to other processes

    def value(self, theta: Array) -> Array:
        """f: ``(..., 2) -> (...)``."""
        if (jet := self._jet(theta, 0)) is not None:
            return np.array(jet.value)
        points = _points(theta)
        value = np.empty(len(points), points.dtype)
        for part, jet in self._jets(points, 0):
            value[part] = jet.value
        return value.reshape(np.shape(theta)[:-1])

    def value_and_gradient(self, theta: Array) -> tuple[Array, Array]:
        """(f, ∇f): ``(..., 2) -> ((...), (..., 2))``."""
        if (jet := self._jet(theta, 1)) is not None:
            return np.array(jet.value), np.array([0.0 if entry is None else entry for entry in jet.gradient])
        points = _points(theta)
        value, gradient = np.empty(len(points), points.dtype), np.empty_like(points)
        for part, jet in self._jets(points, 1):
            value[part] = jet.value
            for i, entry in enumerate(jet.gradient):
                gradient[part, i] = 0.0 if entry is None else entry
        return value.reshape(np.shape(theta)[:-1]), gradient.reshape(np.shape(theta))

    def hessian(self, theta: Array) -> Array:
        """∇²f: ``(..., 2) -> (..., 2, 2)``, symmetric to the bit."""
        if (jet := self._jet(theta, 2)) is not None:
            xx, xy, yy = (0.0 if entry is None else entry for entry in jet.hessian)
            return np.array([[xx, xy], [xy, yy]])
        points = _points(theta)
        hessian = np.empty((*points.shape, self.dim), points.dtype)
        for part, jet in self._jets(points, 2):
            for (i, j), entry in zip(PAIRS, jet.hessian, strict=True):
                hessian[part, i, j] = hessian[part, j, i] = 0.0 if entry is None else entry
        return hessian.reshape(*np.shape(theta), self.dim)

    def hvp(self, theta: Array, v: Array) -> Array:
        """∇²f·v; the leading axes of ``theta`` and ``v`` broadcast."""
        with np.errstate(all="ignore"):
            return np.asarray(np.einsum("...ij,...j->...i", self.hessian(theta), v))

    def parameter_names(self, most: int) -> tuple[str, ...]:
        """Names of the first ``most`` parameters."""
        return NAMES[:most]

    def _jet(self, theta: Array, order: int) -> Jet | None:
        """That of a single point ``(2,)`` in float64, where derivatives are written out; the same to the bit."""
        straight = self._written.get(order)
        if straight is None or np.shape(theta) != (2,) or np.asarray(theta).dtype != np.float64:
            return None
        with np.errstate(all="ignore"):
            return straight(*np.asarray(theta))

    def _jets(self, points: Array, order: int) -> Iterator[tuple[slice, Jet]]:
        for begin in range(0, len(points), CHUNK):
            part = slice(begin, begin + CHUNK)
            # Contiguous columns: NumPy's vectorised loops then give the same bits for one point as for a grid.
            x, y = np.ascontiguousarray(points[part].T)
            straight = self._straight(order) if points.dtype == np.float64 else None
            with np.errstate(all="ignore"):
                jet = straight(x, y) if straight else evaluate(self._program, x, y, order)
            yield part, jet

    def _straight(self, order: int) -> Straight | None:
        """The program written out, where jets of this order were asked for often enough."""
        self._asked[order] += 1
        if order not in self._written and self._asked[order] > WORTHWHILE:
            self._written[order] = written_out(self._program, order)
        return self._written.get(order)


def _points(theta: Array) -> Array:
    """``(..., 2)`` as a list of points ``(n, 2)`` in float64 or complex128."""
    if np.shape(theta)[-1:] != (2,):
        raise ValueError(f"theta of shape {np.shape(theta)} must end in an axis of 2, for x and y; reshape it")
    dtype = np.complex128 if np.iscomplexobj(theta) else np.float64
    return np.asarray(theta, dtype).reshape(-1, 2)


class Surface(CatalogueEntry):
    """A function of two variables that people choose by ``kind``; its fields are its parameters.

    Attributes:
        log_height: a hint to the page that its heights are better seen on a logarithmic scale.
    """

    log_height: ClassVar[bool] = False

    def expression(self) -> Expression:
        """f(x, y) at the present parameters."""
        raise NotImplementedError

    def window(self) -> Window:
        """The part of the plane worth looking at first."""
        raise NotImplementedError

    def start(self) -> tuple[float, float]:
        """A starting point from which there is something to see."""
        raise NotImplementedError

    def minima(self) -> tuple[Minimum, ...]:
        """Every global minimum, and local ones where they are known in closed form; empty where there is none."""
        return ()

    def build(self) -> SurfaceObjective:
        """The surface as an objective."""
        return SurfaceObjective(self.expression())

    def suggested_learning_rate(self) -> float:
        """η = 1/|λ|max over the Hessians at the start and the minima: half of where gradient descent turns unstable."""
        points = np.array([self.start(), *(m.point for m in self.minima())])
        hessians = self.build().hessian(points)
        finite = hessians[np.isfinite(hessians).all(axis=(-2, -1))]
        steepest = float(np.max(np.abs(np.linalg.eigvalsh(finite)), initial=0.0))
        return 1.0 / steepest if steepest > FLAT else 0.1
