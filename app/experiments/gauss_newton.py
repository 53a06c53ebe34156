"""The Gauss–Newton part G of a network's Hessian: its eigenvalues, and how far it is from H."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from app.core.errors import SpecError
from app.core.interfaces import Array, CompositeObjective, Objective
from app.curvature.eigen import Eigenpairs, eigenvalues, ends
from app.curvature.extreme import Extreme
from app.curvature.products import Product


class GaussNewton(NamedTuple):
    """Eigenpairs of G, and those at the two ends of H − G."""

    part: Eigenpairs
    rest: Eigenpairs


def model_of(objective: Objective) -> CompositeObjective:
    """The objective as a loss of a model's outputs.

    Raises:
        SpecError: it is a surface.
    """
    if not isinstance(objective, CompositeObjective):
        raise SpecError(
            "the Gauss–Newton part is that of a model's outputs and a surface has none; choose a network, or leave "
            "gauss_newton out",
            "/gauss_newton",
        )
    return objective


def of_matrix(objective: Objective, theta: Array, hessian: Array) -> GaussNewton:
    """From the matrices."""
    part = model_of(objective).gauss_newton(theta)
    return GaussNewton(eigenvalues(part), eigenvalues(hessian - part))


def by_products(
    objective: Objective, theta: Array, product: Product, top: int, bottom: int, most: int
) -> tuple[Extreme, Extreme]:
    """The searches for the ends of G and of H − G."""
    part = model_of(objective).ggn_at(theta)
    rest = Extreme(lambda v: product(v) - part(v), theta.size, 1, 1, most=most)
    return Extreme(part, theta.size, top, bottom, most=most), rest


def gauss_newton_reply(found: GaussNewton, hessian: Eigenpairs, top: int, bottom: int) -> dict[str, Any]:
    """The ``gauss_newton`` of the reply; ``difference`` is ‖H − G‖₂/‖H‖₂, null where either end did not converge."""
    shown = ends(found.part, top, bottom)
    norms = _norm(found.rest), _norm(hessian)
    return {
        "eigenvalues": shown.values,
        "residuals": shown.residuals,
        "top": shown.top,
        "bottom": shown.bottom,
        "unconverged": shown.unconverged,
        "difference": norms[0] / norms[1] if norms[0] is not None and norms[1] else None,
    }


def _norm(pairs: Eigenpairs) -> float | None:
    """‖A‖₂ = max |λ|, known where both ends are."""
    return float(np.abs(pairs.values).max()) if pairs.top and pairs.bottom else None
