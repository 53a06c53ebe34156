"""Curvature along a run: the Hessian's outermost eigenvalues beside the threshold of the optimiser's present step."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.core.errors import SpecError
from app.core.interfaces import Array, Objective
from app.curvature.diagonal import correlation, hessian_diagonal
from app.curvature.eigen import Eigenpairs
from app.curvature.products import random_stream
from app.curvature.sharpness import edges, is_formed
from app.experiments.build import layered
from app.experiments.chunks import FLOPS, step_seconds
from app.experiments.events import Event
from app.experiments.race import Steps, Track
from app.experiments.records import CurvatureRecord

TOLERANCE = 1e-7
"""Residual of an eigenvalue along the run, relative to ‖H‖; the eigenvalue's error is of the order of its square."""
PRODUCTS_PER_END = 60
"""Typical number of Hessian-vector products for a few eigenvalues at one end of a network's spectrum."""

MAX_SENT = 1_000
"""Most coordinates of the diagonal that an event carries; of larger networks a sample, the same in every event."""
SAMPLE = 5


def check_curvature(record: CurvatureRecord | None, objective: Objective) -> None:
    """Refuse more eigenvalues than there are.

    Raises:
        SpecError: k > d.
    """
    for end, count in (("top", record.top), ("bottom", record.bottom)) if record else ():
        if count > objective.dim:
            raise SpecError(
                f"{count} eigenvalues must be at most {objective.dim}, the number of parameters; ask for fewer",
                f"/record/curvature/{end}",
            )


def seconds_per_step(record: CurvatureRecord | None, objective: Objective) -> float:
    """Estimated seconds that the measurements add to a step."""
    if record is None:
        return 0.0
    products = PRODUCTS_PER_END * (min(record.top, 1) + min(record.bottom, 1)) + 4 * (record.top + record.bottom)
    if is_formed(objective):
        products = min(products, objective.dim)
    diagonal = diagonal_seconds(objective) if record.diagonal else 0.0
    return (2 * products * step_seconds(objective) + diagonal) / record.every


def diagonal_seconds(objective: Objective) -> float:
    """Estimated seconds of the exact diagonal: for each unit a pass through the layers above it."""
    network = layered(objective)
    if network is None:
        return 1e-4
    sizes = [layer.stop - layer.start for layer in network.layers]
    above = [sum(sizes[k + 1 :]) for k in range(len(sizes))]
    passes = sum(layer.fan_out * size for layer, size in zip(network.layers, above, strict=True))
    return 1e-3 + network.examples * (8 * passes + 4 * objective.dim) / FLOPS


def curvature_events(record: CurvatureRecord, run: int, track: Track, steps: Steps, count: int) -> list[Event]:
    """The ``curvature`` events of the first ``count`` steps of a chunk: every n-th step of the run."""
    rows = [i for i in range(count) if (steps.first + i) % record.every == 0]
    return [Event("curvature", {"run": run, **_measured(record, track, steps, i)}) for i in rows]


def _measured(record: CurvatureRecord, track: Track, steps: Steps, row: int) -> dict[str, Any]:
    step, theta = steps.first + row, steps.theta[row]
    preconditioner = track.optimiser.preconditioner(steps.after[step])
    threshold = track.optimiser.threshold_at(float(steps.learning_rate[row]))
    kind = "hessian" if preconditioner is None else "preconditioned_hessian"
    found = {
        "step": step,
        **_columns("", _found(record, track.objective, theta, None)),
        "threshold": threshold,
        "threshold_kind": kind if threshold is not None else None,
    }
    if record.diagonal:
        found |= _diagonal(track.objective, theta, preconditioner)
    if preconditioner is None:
        return found
    return found | _columns("preconditioned_", _found(record, track.objective, theta, preconditioner))


def _diagonal(objective: Objective, theta: Array, preconditioner: Array | None) -> dict[str, Any]:
    """diag H, P and their correlation over all coordinates, of which at most ``MAX_SENT`` are sent."""
    with np.errstate(all="ignore"):
        diagonal = hessian_diagonal(objective, theta)
    some = sampled(theta.size)
    known = bool(np.isfinite(diagonal).all())
    both = known and preconditioner is not None
    return {
        "coordinates": None if some is None else some,
        "hessian_diagonal": _some(diagonal, some) if known else None,
        "preconditioner": None if preconditioner is None else _some(preconditioner, some),
        "correlation": correlation(preconditioner, diagonal)._asdict() if both and preconditioner is not None else None,
    }


def sampled(dim: int) -> Array | None:
    """The coordinates of which an event tells, ascending; None where it tells of all."""
    if dim <= MAX_SENT:
        return None
    return np.sort(random_stream(SAMPLE).choice(dim, MAX_SENT, replace=False))


def _some(values: Array, some: Array | None) -> Array:
    return values if some is None else values[some]


def _found(record: CurvatureRecord, objective: Objective, theta: Array, preconditioner: Array | None) -> Eigenpairs:
    """Eigenpairs at one step; none of them where the Hessian is not finite."""
    try:
        return edges(objective, theta, record.top, record.bottom, TOLERANCE, preconditioner)
    except SpecError:
        return Eigenpairs(np.empty(0), np.empty((0, theta.size)), np.empty(0), 0, 0, record.top + record.bottom)


def _columns(prefix: str, pairs: Eigenpairs) -> dict[str, Any]:
    return {
        f"{prefix}eigenvalues": pairs.values,
        f"{prefix}residuals": pairs.residuals,
        f"{prefix}top": pairs.top,
        f"{prefix}bottom": pairs.bottom,
        f"{prefix}unconverged": pairs.unconverged,
    }
