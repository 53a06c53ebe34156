"""The plane of two eigenvectors of the Hessian."""

from __future__ import annotations

from typing import ClassVar, Literal

from app.core.errors import SpecError
from app.core.interfaces import Array, Objective
from app.core.spec import control
from app.curvature.eigen import Eigenpairs
from app.curvature.sharpness import edges
from app.landscapes._plane import Directions, Plane

TOLERANCE = 1e-8
"""Residual that Lanczos aims at, relative to ‖H‖; an eigenvalue's error is of the order of its square."""


class EigenvectorsPlane(Plane):
    """Unit eigenvectors of ∇²f at the origin: of the two largest eigenvalues, or of the largest and the smallest.

    Along each axis the loss bends by its eigenvalue: f(θ⁰ + a·u) = f + a·gᵀu + ½λa² + O(a³). The largest component of
    each eigenvector is positive. Coordinates are displacements from the origin, on a surface too. Exact up to 64
    parameters (110 of a network), by Lanczos above.
    """

    kind: Literal["eigenvectors"] = "eigenvectors"
    title = "Eigenvectors of the Hessian"
    summary = (
        "The two directions in which the loss bends most, or the one that bends up most and the one that bends down "
        "most; each axis says its eigenvalue."
    )
    reference = (
        "Ghorbani, Krishnan & Xiao 2019, An investigation into neural net optimization via Hessian eigenvalue density, "
        "ICML; Yao, Gholami, Keutzer & Mahoney 2020, PyHessian, section 4"
    )
    formula = r"\theta = \theta^0 + a\,u + b\,v, \quad \nabla^2 f(\theta^0)\,u = \lambda_u u"
    local: ClassVar[bool] = True
    products: ClassVar[int] = 120

    pair: Literal["top_two", "top_and_bottom"] = control(
        "top_two", "Which", description="the two largest eigenvalues, or the largest and the smallest"
    )

    def directions(self, objective: Objective, origin: Array, points: Array | None = None) -> Directions:
        if objective.dim < 2:
            raise SpecError('eigenvectors needs at least 2 parameters and the objective has 1; use "axes"', "/kind")
        pairs = self._pairs(objective, origin)
        names = ("largest", "second largest" if self.pair == "top_two" else "smallest")
        first, second = (
            f"{name}, λ = {value:.4g}".replace("-", "−") for name, value in zip(names, pairs.values, strict=True)
        )
        x, y = pairs.vectors
        return Directions(x, y, (first, second), eigenpairs=(pairs.values, pairs.residuals))

    def _pairs(self, objective: Objective, origin: Array) -> Eigenpairs:
        top, bottom = (2, 0) if self.pair == "top_two" else (1, 1)
        try:
            pairs = edges(objective, origin, top, bottom, TOLERANCE)
        except SpecError as error:
            raise SpecError(error.message, "/kind") from error
        if pairs.unconverged:
            raise SpecError(
                f"{pairs.unconverged} of the 2 eigenvectors did not converge at this origin; choose another origin, "
                'the other pair, or the plane "random"',
                "/pair",
            )
        return pairs
