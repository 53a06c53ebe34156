"""Some steps of all chains, and what is wanted of them: blocks of chains go on side by side, each in a process."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import accumulate, pairwise
from math import ceil
from typing import NamedTuple

import numpy as np

from app.core.inference import Sampler, SamplerInfo, SamplerState, Steps
from app.core.interfaces import Array
from app.experiments.posteriors.moments import Kept, Running
from app.experiments.posteriors.setting import Setting, build_target, streams
from app.experiments.posteriors.sharing import Work
from app.experiments.posteriors.specs import PosteriorSpec

BLOCK, LARGE = 512, 768
"""Chains of a block, and the most that are not parted: shorter sweeps take longer for each chain."""
AT_ONCE = 1 << 20
"""Bytes of the draws of a block that are made before they are looked at."""
KEPT_NUMBERS = 200_000
"""Numbers of the draws that diagnostics look at, at most: those of the first chains."""
CALLS_SECONDS = 1e-5
"""Estimated for a step of however few chains."""
DIVERGENCES = 500
"""How many are kept with their place."""
ACCEPTED, DIVERGENT, STEPS = range(3)


class Walked(NamedTuple):
    """What is wanted of some steps.

    Attributes:
        moments: of the draws.
        kept: those that diagnostics look at.
        shown: the steps of the chains that are shown.
        acceptance: summed over the chains, of each step.
        tally: acceptance probabilities, divergences and chain steps, summed.
        gradients: evaluations of the density.
        divergent: where the first so many divergences happened, ``(n, d)``.
    """

    moments: Running
    kept: Kept
    shown: Steps
    acceptance: Array
    tally: Array
    gradients: int
    divergent: Array


class Block(NamedTuple):
    """A task for one process: which chains of which method go how far, part by part."""

    which: int
    number: int
    first: int
    state: SamplerState
    parts: tuple[int, ...]


BlockWalked = tuple[SamplerState, list[Walked]]
"""The state after the last step of a block, and what is wanted of each part."""


def walks(setting: Setting, which: int, sampler: Sampler, state: SamplerState, parts: tuple[int, ...]) -> list[Work]:
    """The works of so many steps of all chains, of which each gives a :data:`BlockWalked`."""
    works, first = list[Work](), 0
    for number, block in enumerate(blocks_of(setting.spec, sampler, state)):
        works.append(partial(walk_block, Block(which, number, first, block, parts)))
        first += len(block.theta)
    return works


def walk_seconds(setting: Setting, sampler: Sampler, steps: int) -> float:
    """Estimated for so many steps of all chains."""
    evaluations = setting.spec.chains * sampler.gradients_per_step(setting.target.dim)
    return steps * (CALLS_SECONDS + evaluations * setting.seconds)


def walked_on(blocks: list[BlockWalked]) -> BlockWalked:
    """Of all chains."""
    if len(blocks) == 1:
        return blocks[0]
    states, parts = zip(*blocks, strict=True)
    return _states_joined(states), [_side_by_side(part) for part in zip(*parts, strict=True)]


def blocks_of(spec: PosteriorSpec, sampler: Sampler, state: SamplerState) -> list[SamplerState]:
    """The states of blocks of chains which do not depend on each other, and of which each has its own randomness."""
    chains = len(state.theta)
    if chains <= LARGE or not sampler.apart(state, spec.warm_up):
        return [state]
    size = ceil(chains / ceil(chains / BLOCK))
    return [_some(state, slice(first, first + size)) for first in range(0, chains, size)]


def walk_block(task: Block, spec: PosteriorSpec) -> BlockWalked:
    """A block's steps, wherever it is computed: as many at a time as stay in a core's cache.

    Each part has its own randomness, and in it each of as many steps, whatever is walked before and after it.
    """
    target, sampler = build_target(spec.target), spec.methods[task.which]
    assert isinstance(sampler, Sampler)
    random, state = streams(spec.seed, task.which, task.number), task.state
    seen = [list[Walked]() for _ in task.parts]
    for way in _ways(task.parts, max(1, AT_ONCE // (state.theta.size * state.theta.itemsize))):
        *cuts, total = accumulate(length for _, length in way)
        state, steps = sampler.walk(target, state, random.at, total, spec.warm_up, cuts)
        for (which, _), (first, last) in zip(way, pairwise((0, *cuts, total)), strict=True):
            seen[which].append(_seen(spec, task.first, _some_of(steps, slice(first, last))))
    return state, [each[0] if len(each) == 1 else _one_after_another(each) for each in seen]


def _ways(parts: tuple[int, ...], most: int) -> list[list[tuple[int, int]]]:
    """What is walked at a time, at most so many steps: pieces of parts, each by the part's index and its length."""
    ways, left = [list[tuple[int, int]]()], most
    for which, part in enumerate(parts):
        for begin in range(0, part, most):
            length = min(most, part - begin)
            if length > left:
                ways.append([])
                left = most
            ways[-1].append((which, length))
            left -= length
    return ways


def _some_of(steps: Steps, some: slice) -> Steps:
    return Steps(steps.theta[some], SamplerInfo(*(column[some] for column in steps.info)))


def _seen(spec: PosteriorSpec, first: int, steps: Steps) -> Walked:
    """What is wanted of some steps of chains, whose first is the ``first`` of all."""
    kept = max(1, min(spec.chains, KEPT_NUMBERS // (steps.theta.shape[2] * spec.draws))) - first
    info = steps.info
    acceptance = info.acceptance.sum(axis=1)
    return Walked(
        Running.of(steps.theta),
        Kept.of(steps.theta[:, : max(0, kept)], info.energy[:, : max(0, kept)]),
        _first(steps, max(0, spec.record.chains - first)),
        acceptance,
        np.array([acceptance.sum(), np.count_nonzero(info.divergent), info.accepted.size]),
        _total(info.gradients),
        steps.theta[info.divergent][:DIVERGENCES],
    )


def _total(numbers: Array) -> int:
    """Their sum; one number that stands for all is not added up."""
    return int(numbers.sum() if any(numbers.strides) else numbers.flat[0] * numbers.size)


def _one_after_another(pieces: list[Walked]) -> Walked:
    """Of the same chains."""
    moments, kept = pieces[0].moments, pieces[0].kept
    for piece in pieces[1:]:
        moments, kept = moments.with_more(piece.moments), kept.and_then(piece.kept)
    return Walked(
        moments,
        kept.joined(),
        _steps_joined([piece.shown for piece in pieces], 0),
        np.concatenate([piece.acceptance for piece in pieces]),
        np.asarray(sum(piece.tally for piece in pieces)),
        sum(piece.gradients for piece in pieces),
        np.concatenate([piece.divergent for piece in pieces])[:DIVERGENCES],
    )


def _some(state: SamplerState, some: slice) -> SamplerState:
    """Some of the chains; of each coordinate their values lie side by side, as kernels like it."""
    theta, gradient = (np.asfortranarray(rows[some]) for rows in (state.theta, state.gradient))
    return state._replace(theta=theta, log_density=state.log_density[some], gradient=gradient)


def _first(steps: Steps, count: int) -> Steps:
    return Steps(steps.theta[:, :count], SamplerInfo(*(column[:, :count] for column in steps.info)))


def _side_by_side(blocks: Sequence[Walked]) -> Walked:
    """Of different chains."""
    moments = list(zip(*(block.moments for block in blocks), strict=True))
    kept = zip(*(block.kept for block in blocks), strict=True)
    return Walked(
        Running(moments[0][0], *(np.concatenate(each) for each in moments[1:])),
        Kept(*((np.concatenate([one[0] for one in each], axis=-2),) for each in kept)),
        _steps_joined([block.shown for block in blocks], 1),
        np.asarray(sum(block.acceptance for block in blocks)),
        np.asarray(sum(block.tally for block in blocks)),
        sum(block.gradients for block in blocks),
        np.concatenate([block.divergent for block in blocks])[:DIVERGENCES],
    )


def _steps_joined(parts: list[Steps], axis: int) -> Steps:
    columns = zip(*(steps.info for steps in parts), strict=True)
    info = SamplerInfo(*(np.concatenate(column, axis=axis) for column in columns))
    return Steps(np.concatenate([steps.theta for steps in parts], axis=axis), info)


def _states_joined(states: Sequence[SamplerState]) -> SamplerState:
    theta, density, gradient = (np.concatenate([state[field] for state in states]) for field in range(3))
    return states[0]._replace(theta=np.asfortranarray(theta), log_density=density, gradient=np.asfortranarray(gradient))
