"""What optima of penalised linear models will cost."""

from __future__ import annotations

from app.experiments.build import build_objective, layered
from app.experiments.chunks import FLOPS, cell_seconds, step_seconds
from app.experiments.costs import Cost
from app.experiments.linear_models import linear_problem
from app.experiments.path_specs import PathSpec, PriorSpec

GRADIENTS = 40
"""Values and gradients of one warm-started optimum."""
HESSIANS = 4
QUADRATURE_CELLS = 180_000


def path_cost(spec: PathSpec) -> Cost:
    """Strengths × (folds + 1) × one optimum.

    Raises:
        SpecError: the objective is not a linear model with one penalty.
    """
    linear_problem(spec.objective)
    objective = build_objective(spec.objective)
    count = len(spec.strengths) if spec.strengths else spec.count
    network = layered(objective)
    examples = network.examples if network else 1
    newton = HESSIANS * objective.dim**2 * (8 * examples + 10 * objective.dim) / FLOPS
    seconds = count * (spec.folds + 1) * (GRADIENTS * step_seconds(objective) + newton)
    held = 8 * (count * (spec.folds + 1) * objective.dim + 6 * objective.dim**2)
    return Cost(seconds, 10_000_000 + held, "fewer strengths or folds, or data with fewer inputs or examples")


def prior_cost(spec: PriorSpec) -> Cost:
    """The cells of the quadrature and of the picture."""
    objective = build_objective(spec.objective)
    seconds = (QUADRATURE_CELLS + spec.resolution**2) * cell_seconds(objective)
    return Cost(seconds, 10_000_000, "a smaller resolution, or fewer examples")
