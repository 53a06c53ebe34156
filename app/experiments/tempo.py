"""How fast a run goes, before it goes: what its steps take, and how many of them make a chunk."""

from __future__ import annotations

from math import ceil
from typing import NamedTuple

from app.core.errors import SpecError
from app.core.interfaces import LayeredObjective, Objective, Optimiser
from app.experiments.build import examples_of_step, layered
from app.experiments.chunks import (
    FLOPS,
    MAX_CHUNK,
    MAX_SPRINT,
    bare_seconds,
    chunk_limit,
    look_seconds,
    slice_seconds,
    step_seconds,
)
from app.experiments.curvature import seconds_per_step
from app.experiments.inside import seconds_a_step
from app.experiments.specs import RunSpec
from app.experiments.sprint import sprints

ASIDE_SECONDS = 3e-4
"""What a step takes besides that is not taken in the network's own buffers; once more where noise is drawn for it."""
DEARER = 3.0
"""How much more a step asks of its examples by a method that asks for more than gradients, and through noise."""


class Pace(NamedTuple):
    """Seconds that a racer's steps take on one core.

    Attributes:
        step: of one step on average, with its share of what is recorded and measured.
        look: of looking at all examples where a chunk ends, besides.
    """

    step: float
    look: float


def pace_of(spec: RunSpec, objective: Objective, optimiser: Optimiser) -> Pace:
    """What one racer's steps take: frames cost what is computed for them alone, and are as many as are recorded."""
    network, own = layered(objective), optimiser.step_flops(objective) / FLOPS
    own += seconds_per_step(spec.record.curvature, objective) + seconds_a_step(spec.record.network, objective)
    if network is None:
        return Pace(own + step_seconds(objective), 0.0)
    examples, every = examples_of_step(network, optimiser, spec.batch_size), spec.record.every
    own += _taking(spec, network, optimiser, examples)
    if spec.record.scope == "batch":
        return Pace(own, 0.0)
    if not _looks_besides(spec, network, optimiser):  # what steps find themselves is what frames tell
        return Pace(own + slice_seconds(network) / every, 0.0)
    look = look_seconds(network, network.examples)
    return Pace(own + (look + slice_seconds(network)) / every, look if every > 1 else 0.0)


def looks_besides(spec: RunSpec, objective: Objective) -> bool:
    """Whether all examples are looked at for what is recorded alone, since some racer's steps do not see them all."""
    network = layered(objective)
    return network is not None and any(_looks_besides(spec, network, one) for one in spec.optimisers)


def _looks_besides(spec: RunSpec, network: LayeredObjective, optimiser: Optimiser) -> bool:
    return spec.noise is not None or examples_of_step(network, optimiser, spec.batch_size) < network.examples


def _taking(spec: RunSpec, network: LayeredObjective, optimiser: Optimiser, examples: int) -> float:
    """Seconds of one step of a network's that nothing is recorded of."""
    aside = (0 if sprints(network, optimiser) else 1) + (2 if spec.noise else 0)
    looks = (1.0 if optimiser.single else DEARER) * (DEARER if spec.noise else 1.0)
    return bare_seconds(network, examples) + (looks - 1) * look_seconds(network, examples) + aside * ASIDE_SECONDS


def _paces(spec: RunSpec, objective: Objective) -> list[Pace]:
    """The racers'.

    Raises:
        SpecError: an optimiser takes no step of so many parameters; the pointer says which.
    """
    paces = []
    for run, optimiser in enumerate(spec.optimisers):
        try:
            paces.append(pace_of(spec, objective, optimiser))
        except SpecError as error:
            raise error.under(f"/optimisers/{run}") from error
    return paces


def run_chunk(spec: RunSpec, objective: Objective) -> int:
    """Steps per chunk at full size, by the slowest racer."""
    paces = _paces(spec, objective)
    sprinting = spec.noise is None and all(sprints(objective, optimiser) for optimiser in spec.optimisers)
    step, look = max(one.step for one in paces), max(one.look for one in paces)
    return chunk_limit(objective.dim, step, look, MAX_SPRINT if sprinting else MAX_CHUNK)


def run_seconds(spec: RunSpec, objective: Objective) -> float:
    """What all steps of all racers take, and the looks where chunks end: the first step, then whole chunks."""
    limit = run_chunk(spec, objective)
    chunks = 1 + ceil(spec.steps / limit)
    return sum((spec.steps + 1) * step + chunks * look for step, look in _paces(spec, objective))
