"""The path of a run as points in parameter space, thinned to a bounded size: what a PCA plane is fitted to."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from app.core.interfaces import Array
from app.experiments.chunks import chunk_at
from app.experiments.frames import evaluate
from app.experiments.race import first_bad, measured
from app.experiments.run import Prepared
from app.experiments.specs import RunSpec

MAX_NUMBERS = 4_000_000
MAX_POINTS = 512


class Path(NamedTuple):
    """One optimiser's recorded steps: ``step (m,)``, ``theta (m, d)``, true ``loss (m,)``."""

    step: Array
    theta: Array
    loss: Array


def stride(spec: RunSpec, dim: int) -> int:
    """Steps between two recorded points so that a run keeps at most 512 of them and 4 million numbers in all."""
    most = max(8, min(MAX_POINTS, MAX_NUMBERS // (dim * len(spec.optimisers))))
    return max(1, -(-spec.steps // most))


def path_of(spec: RunSpec, prepared: Prepared, run: int) -> Path:
    """Run one optimiser from its start and keep every n-th step (and the last); a diverging run is cut."""
    track, every = prepared.tracks[run], stride(spec, prepared.objective.dim)
    racer, step, kept = track.begin(prepared.theta), 0, []
    state = racer.state
    while step <= spec.steps:
        length = min(chunk_at(step, prepared.limit), spec.steps + 1 - step)
        last = step + length > spec.steps
        state, steps = track.run(state, length, last)
        seen = evaluate(prepared.objective, steps.theta)
        racer = measured(racer, steps, seen.loss)
        bad = first_bad(steps.theta, seen.loss, seen.gradient_norm, racer)
        index = np.arange(length if bad is None else bad[0])
        index = index[((step + index) % every == 0) | (step + index == spec.steps)]
        kept.append(Path(step + index, steps.theta[index], seen.loss[index]))
        if bad is not None:
            break
        step += length
    return Path(*(np.concatenate(column) for column in zip(*kept, strict=True)))
