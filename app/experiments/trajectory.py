"""The path of a run as points in parameter space, thinned to a bounded size: what a PCA plane is fitted to."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from app.core.interfaces import Array
from app.experiments.chunks import chunk_at
from app.experiments.frames import take_leg
from app.experiments.race import Racer
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


def walked(spec: RunSpec, dim: int) -> RunSpec:
    """The same run, looked at on all examples at the steps that its path keeps."""
    record = spec.record.model_copy(update={"scope": "objective", "every": stride(spec, dim)})
    return spec.model_copy(update={"record": record})


class Walk(NamedTuple):
    """A path being walked: the racer before ``step``, and the pieces that were kept."""

    racer: Racer
    step: int
    kept: tuple[Path, ...]


def begin_walk(prepared: Prepared, run: int) -> Walk:
    """Optimiser ``run`` at its start."""
    return Walk(prepared.tracks[run].begin(prepared.theta), 0, ())


def advance_walk(spec: RunSpec, prepared: Prepared, run: int, walk: Walk) -> Walk | Path:
    """One chunk of steps of a run as it is :func:`walked`; the whole path once it ends or diverges."""
    every = spec.record.every
    length = min(chunk_at(walk.step, prepared.limit), spec.steps + 1 - walk.step)
    last = walk.step + length > spec.steps
    racer, steps, seen, bad = take_leg(prepared.tracks[run], walk.racer, length, last, every=every)
    index = np.arange(length if bad is None else bad[0])
    index = index[((walk.step + index) % every == 0) | (walk.step + index == spec.steps)]
    kept = (*walk.kept, Path(walk.step + index, steps.theta[index], seen.loss[index]))
    if last or bad is not None:
        return Path(*(np.concatenate(column) for column in zip(*kept, strict=True)))
    return Walk(racer, walk.step + length, kept)
