"""A network without hidden layers as a convex problem with one penalty."""

from __future__ import annotations

from app.core.errors import SpecError
from app.experiments.build import build_objective
from app.homotopy.problem import Problem
from app.objectives.network import Network, NetworkSpec

MAX_DIM = 1_000


def linear_problem(spec: NetworkSpec) -> tuple[Network, Problem]:
    """The network, and its loss and its one penalty apart.

    Raises:
        SpecError: it has hidden layers, outputs that are not linear, no penalty or several, or too many parameters.
    """
    _check(spec)
    network = build_objective(spec)
    assert isinstance(network, Network)
    if network.dim > MAX_DIM:
        raise SpecError(
            f"{network.dim} parameters must be at most {MAX_DIM} for a path; take data with fewer inputs or classes",
            "/objective/data",
        )
    loss = network.unpenalised()
    return network, Problem.of(loss, loss.penalised_by(spec.regularisers[0]))


def _check(spec: NetworkSpec) -> None:
    if spec.layers:
        raise SpecError(
            f"{len(spec.layers)} hidden layers must be 0: with them the problem is not convex and has no one optimum; "
            "send layers: [], or run optimisers on the network",
            "/objective/layers",
        )
    if not spec.output_activation.linear:
        raise SpecError(
            "the output activation must be identity, so that the problem is convex", "/objective/output_activation"
        )
    if len(spec.regularisers) != 1:
        raise SpecError(
            f"{len(spec.regularisers)} regularisers must be exactly 1, the one whose strength is moved",
            "/objective/regularisers",
        )
