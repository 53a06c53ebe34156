"""What grid rules share: a ladder of resolutions, and whether the last rung still changed the answer."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.core.errors import SpecError
from app.core.inference import Estimate, Target
from app.core.interfaces import Array
from app.integrators._outside import Outside
from app.targets._quadrature import Moments

MAX_NODES = 1_000_000
CONVERGED = 1e-6
RUNGS = 3


def check_nodes(points: int, target: Target) -> float:
    """Nodes of the finest grid.

    Raises:
        SpecError: there are too many.
    """
    nodes = float(points) ** target.dim
    if nodes > MAX_NODES:
        most = int(MAX_NODES ** (1 / target.dim))
        raise SpecError(
            f"{points} points an axis in {target.dim} dimensions are {nodes:.1e} nodes, at most {MAX_NODES:,} are "
            f"evaluated; take at most {most}, or a method that draws",
            "/points",
        )
    return nodes


def rung(points: int, t: int) -> int:
    """Points an axis on rung ``t`` of three: a quarter, a half, all."""
    return max(2, points >> (RUNGS - 1 - t))


def laddered(
    moments: Moments, before: float | None, nodes: int, points: int, beyond: Outside | None = None
) -> Estimate:
    """The estimate of one rung; ``change`` is what the last doubling did to ln Z.

    Args:
        beyond: what the window leaves out, for rules that have one: where it matters, nothing has converged.
    """
    change = None if before is None else abs(moments.log_evidence - before)
    facts: dict[str, Any] = {"points_per_axis": points, "change": change}
    if change is not None:
        facts["converged"] = bool(change < CONVERGED) and not (beyond and beyond.matters)
    if beyond is not None:
        facts |= beyond.facts()
    if not np.isfinite(moments.log_evidence):
        return Estimate(gradients=nodes, diagnostics=facts)
    variance: Array = np.diagonal(moments.covariance).copy()
    return Estimate(moments.log_evidence, moments.mean, variance, gradients=nodes, diagnostics=facts)
