"""From specs to the things they describe: objectives, starting points, planes, mini-batches."""

from __future__ import annotations

from functools import lru_cache
from typing import cast

import numpy as np

from app.core.errors import SpecError
from app.core.interfaces import Array, LayeredObjective, Objective, Optimiser
from app.experiments.objectives import AnyObjective
from app.experiments.specs import Start
from app.objectives.network import NetworkSpec


@lru_cache(maxsize=8)
def build_objective(spec: AnyObjective) -> Objective:
    """The objective of a spec, kept for the next slice of the same computation."""
    try:
        return spec.build()
    except SpecError as error:
        raise error.under("/objective") from error


def generator(seed: int, step: int = 0) -> np.random.Generator:
    """Counter-based randomness: the stream of (seed, step), whatever was drawn before."""
    return np.random.Generator(np.random.Philox(key=seed, counter=[0, 0, 0, step]))


def starting_point(spec: AnyObjective, objective: Objective, start: Start | None, seed: int) -> Array:
    """θ₀ of a start that needs no plane: parameters, an initialiser's draw, or the objective's own start."""
    if start is not None and start.parameters is not None:
        return _explicit(objective, start.parameters)
    if isinstance(spec, NetworkSpec):
        network = layered(objective)
        assert network is not None
        return _drawn(spec, network, start, seed)
    if start is not None and start.point is not None and objective.dim == 2:
        return np.array(start.point, dtype=np.float64)
    if start is not None:
        raise SpecError(
            "an initialiser draws the weights of a network, and a point is one of two parameters; give parameters",
            "/start",
        )
    return np.array(spec.start(), dtype=np.float64)


def point_of(spec: AnyObjective, objective: Objective, parameters: tuple[float, ...] | None, seed: int) -> Array:
    """θ as given in the field ``parameters``, or the objective's own start."""
    try:
        return starting_point(spec, objective, None if parameters is None else Start(parameters=parameters), seed)
    except SpecError as error:
        raise SpecError(error.message, "/parameters") from error


def _explicit(objective: Objective, parameters: tuple[float, ...]) -> Array:
    if len(parameters) != objective.dim:
        raise SpecError(
            f"{len(parameters)} parameters were given but the objective has {objective.dim}; send {objective.dim}",
            "/start/parameters",
        )
    return np.array(parameters, dtype=np.float64)


def _drawn(spec: NetworkSpec, network: LayeredObjective, start: Start | None, seed: int) -> Array:
    initialiser = start.initialiser if start and start.initialiser else spec.initialiser
    drawn_with = start.seed if start and start.seed is not None else seed
    return np.asarray(network.initial(initialiser, generator(drawn_with)), dtype=np.float64)


def layered(objective: Objective) -> LayeredObjective | None:
    """The objective as a network on data, or None where it is a surface.

    Told by its layers: ``isinstance`` with a protocol of a dozen members took a tenth of a short slice.
    """
    return cast("LayeredObjective", objective) if hasattr(objective, "layers") else None


def examples_of_step(network: LayeredObjective, optimiser: Optimiser, batch_size: int | None) -> int:
    """How many examples a step is taken on: the method's own number, else the run's, else all."""
    own = optimiser.examples_per_step()
    size = batch_size if own is None else own
    return network.examples if size is None else min(size, network.examples)
