"""What a computation will cost, before anything runs: order-of-magnitude models on one core."""

from __future__ import annotations

from typing import NamedTuple

from app.core.interfaces import Objective
from app.core.spec import Spec
from app.curvature.trace import PROBES
from app.experiments.build import build_objective, layered
from app.experiments.chunks import cell_seconds, step_seconds, surface_seconds
from app.experiments.curvature import PRODUCTS_PER_END
from app.experiments.derivatives import checked_coordinates
from app.experiments.hessian_limits import Ask, ask_of, needs_vectors
from app.experiments.inside import picture_bytes
from app.experiments.microscope import jacobian_seconds
from app.experiments.oracles import EVALUATIONS
from app.experiments.specs import DerivativesSpec, HessianSpec, LandscapeSpec, RunSpec, View
from app.experiments.spectral_density import regions_of
from app.experiments.tempo import looks_besides, run_seconds
from app.experiments.trajectory import walked
from app.landscapes._plane import Plane

FRAME_BYTES = 300
FORMED, SOLVED, SOLVED_WITH_VECTORS = 3e10, 1e10, 4e9
"""What one core does in a second: d²n of a Hessian, d³ of its eigenvalues, and d³ with their vectors and residuals."""
MULTIPLIED = 3e10
"""Floating-point operations a second of products with the Hessian: they are matrix products almost alone."""


class Cost(NamedTuple):
    """Estimated seconds on one core, bytes held at once, and what to reduce if that is too much."""

    seconds: float
    bytes: int
    advice: str


def run_cost(spec: RunSpec) -> Cost:
    """Optimisers × steps × the cost of a step, recorded or not, plus the landscape if one is asked for.

    Raises:
        SpecError: an optimiser takes no step of so many parameters.
    """
    objective = build_objective(spec.objective)
    seconds = run_seconds(spec, objective)
    view = spec.view or View()
    columns, rows = view.resolution or (0, 0)
    seconds += surface_seconds(objective, columns * rows) + _plane_seconds(view.plane, objective)
    frames = (spec.steps // spec.record.every + 1) * len(spec.optimisers)
    kept = frames * FRAME_BYTES + (3 * 8 * objective.dim * frames if spec.record.parameters else 0)
    kept += len(spec.optimisers) * picture_bytes(spec.record.network, objective, spec.steps)
    advice = "fewer steps, optimisers, examples, units or measurements along the run, or a larger record.every"
    if spec.record.scope == "objective" and looks_besides(spec, objective):
        advice += ', or record.scope "batch"'
    return Cost(seconds, _bytes(objective) + kept, advice)


def landscape_cost(spec: LandscapeSpec) -> Cost:
    """Cells × the cost of one loss, plus the run whose path is shown."""
    objective = build_objective(spec.objective)
    seconds = surface_seconds(objective, spec.resolution[0] * spec.resolution[1], spec.precision)
    seconds += _plane_seconds(spec.plane, objective)
    if spec.run is not None:
        seconds += run_cost(walked(spec.run, objective.dim)).seconds
    return Cost(seconds, _bytes(objective), "a smaller resolution, fewer examples or units, or fewer steps of the run")


def _plane_seconds(plane: Plane | None, objective: Objective) -> float:
    return 0.0 if plane is None else 2 * plane.products * step_seconds(objective)


def derivatives_cost(spec: DerivativesSpec) -> Cost:
    """Two gradients, and the losses for each coordinate that is checked."""
    objective = build_objective(spec.objective)
    checks = EVALUATIONS * checked_coordinates(spec, objective).size
    seconds = 2 * step_seconds(objective) + checks * cell_seconds(objective)
    seconds += jacobian_seconds(spec, objective)
    return Cost(seconds, _bytes(objective), "fewer examples or units")


def hessian_cost(spec: HessianSpec) -> Cost:
    """The whole spectrum of a matrix, or Hessian-vector products and the orthogonalisation of their bases.

    Raises:
        SpecError: it asks for more than there is, or than can be formed.
    """
    objective = build_objective(spec.objective)
    ask = ask_of(spec, objective.dim)
    seconds = product_seconds(objective) * _products(spec, ask, objective) + _plane_seconds(spec.plane, objective)
    held = 8 * objective.dim * max(2 * max(ask.top, ask.bottom) + 1, 65, spec.density.steps if spec.density else 0)
    if ask.whole or spec.matrix:
        seconds += dense_seconds(objective, ask.whole, needs_vectors(spec)) * (3 if spec.gauss_newton else 1)
        held = 8 * 8 * objective.dim**2
    return Cost(seconds, _bytes(objective) + held, "fewer eigenvalues, probes or Lanczos steps, examples or units")


def dense_seconds(objective: Objective, solved: bool, vectors: bool) -> float:
    """Forming the matrix, its eigenvalues and, where asked for, their vectors."""
    network, cube = layered(objective), float(objective.dim**3)
    forming = objective.dim**2 * (network.examples if network else 1) / FORMED
    return 1e-3 + forming + (cube / (SOLVED_WITH_VECTORS if vectors else SOLVED) if solved else 0.0)


def product_seconds(objective: Objective) -> float:
    """One product with the Hessian: on a network four times the arithmetic of a forward pass."""
    network = layered(objective)
    if network is None:
        return 1e-4 + cell_seconds(objective)
    return 1e-4 + 2e-5 * len(network.layers) + 8 * objective.dim * network.examples / MULTIPLIED


def _products(spec: HessianSpec, ask: Ask, objective: Objective) -> int:
    """Hessian-vector products of an answer by Lanczos."""
    if ask.whole:
        return 0
    asked = ask.top + ask.bottom
    ends = 2 * (1 if asked else 0) + 8 * (1 if spec.gauss_newton else 0)
    eigenvalues = ends * PRODUCTS_PER_END + 4 * asked * (2 if spec.gauss_newton else 1)
    probes = sum(region.probes for region in regions_of(objective, spec.density))
    return eigenvalues + 3 * PROBES + probes * (spec.density.steps if spec.density else 0)


def small_cost(spec: Spec) -> Cost:
    """A computation whose cost its own limits bound."""
    return Cost(0.01, 1_000_000, "")


def _bytes(objective: Objective) -> int:
    network = layered(objective)
    return 10_000_000 if network is None else 8 * (70 * objective.dim + 600 * network.examples)
