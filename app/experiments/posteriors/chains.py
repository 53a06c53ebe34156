"""A sampler in pieces: some steps of all chains at a time, shown and counted, while the draws before are judged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from app.core.inference import Estimate, Sampler, SamplerState
from app.core.interfaces import Array
from app.experiments.events import Event, Holey, Single
from app.experiments.posteriors.answers import answer
from app.experiments.posteriors.inspection import SECONDS, inspected, inspection
from app.experiments.posteriors.judging import Due, Said, together
from app.experiments.posteriors.moments import Kept, Running
from app.experiments.posteriors.paths import leapfrog_events
from app.experiments.posteriors.setting import PIECE_SECONDS, Setting
from app.experiments.posteriors.sharing import carried_out
from app.experiments.posteriors.walking import (
    ACCEPTED,
    DIVERGENCES,
    DIVERGENT,
    STEPS,
    Walked,
    walk_seconds,
    walked_on,
    walks,
)

FIRST, GROWTH = 16, 8
"""Steps of the first piece, and by how much the chains are longer with each that follows, until pieces take long."""
REST, SINGLE = 1.25, 0.5
"""How much longer a piece may be lest a rest is left, and how much less time steps take in single precision."""
MAX_PIECE = 512
PIECE_NUMBERS = 1_000_000
"""Numbers of a piece's draws, at most."""


class ChainsState(NamedTuple):
    """Between two pieces.

    Attributes:
        sampler: the kernel's own state.
        running: moments of the draws.
        kept: the draws that diagnostics look at.
        gradients: evaluations so far, over all chains.
        tally: acceptance probabilities, divergences and chain steps, summed over the draws.
        divergent: where the first so many divergences happened, ``(n, d)``.
        due: draws whose estimates go along with the next piece.
        estimate: the last that was shown.
        facts: what is said of complete chains.
    """

    sampler: SamplerState
    running: Running
    kept: Kept
    gradients: int
    tally: Array
    divergent: Array
    due: tuple[Due, ...] = ()
    estimate: Estimate = Estimate()
    facts: Mapping[str, Any] = {}


def begin_chains(setting: Setting, which: int, sampler: Sampler) -> ChainsState:
    """All chains at their starts, which every sampler of the spec shares.

    Raises:
        SpecError: the kernel does not suit the target.
    """
    theta = setting.starts().astype(setting.spec.precision)
    state = sampler.init(setting.target, theta, setting.rng(which, 0))
    return ChainsState(state, Running.empty(*theta.shape), Kept(), 0, np.zeros(3), np.empty((0, theta.shape[1])))


def piece_of_chains(
    setting: Setting, which: int, sampler: Sampler, state: ChainsState
) -> tuple[ChainsState, list[Event], bool]:
    """The next few steps, with their ``draws``, and an ``estimate`` for each power of two that the last piece reached.

    Both are worked on side by side; at the end there are the last estimates too.
    """
    t, parts = state.sampler.t, _parts(setting, sampler, state.sampler.t)
    paths = leapfrog_events(setting, which, sampler, state.sampler)
    works = walks(setting, which, sampler, state.sampler, parts)
    seconds = walk_seconds(setting, sampler, sum(parts)) + sum(due.seconds() for due in state.due)
    blocks, *said = carried_out(setting.spec, [works, *(due.works() for due in state.due)], seconds)
    state, events = _told(setting, which, state, [together(one) for one in said])
    kernel, walked = walked_on(blocks)
    events += paths
    for part in walked:
        events += _shown(setting, which, part, t)
        t += len(part.acceptance)
        state = _counted(setting, state, part, t)
    state = state._replace(sampler=kernel)
    if t < setting.spec.warm_up + setting.spec.draws:
        return state, events, False
    state, last = _complete(setting, which, state)
    return state, events + last, True


def _parts(setting: Setting, sampler: Sampler, t: int) -> tuple[int, ...]:
    """How many steps come next, cut where an estimate is due: at each power of two.

    A path that is drawn begins with a piece, so that there each part is a piece.
    """
    spec, limit, parts = setting.spec, _limit(setting, sampler), list[int]()
    most = min(MAX_PIECE, REST * limit)
    done, of = (t, spec.warm_up) if t < spec.warm_up else (t - spec.warm_up, spec.draws)
    reach = min(of, _reach(done))
    while done < reach:
        length = min((1 << done.bit_length()) - done, limit, of - done)
        if parts and (sum(parts) + length > most or spec.record.leapfrog):
            break
        parts.append(length)
        done += length
    return tuple(parts)


def _reach(steps: int) -> int:
    """How far the pieces go that begin after so many steps."""
    reach = FIRST
    while reach <= steps:
        reach *= GROWTH
    return reach


def _limit(setting: Setting, sampler: Sampler) -> int:
    """Steps of a piece, at most."""
    dim, chains = setting.target.dim, setting.spec.chains
    share = SINGLE if setting.spec.precision == "float32" else 1.0
    seconds = 5e-5 + chains * sampler.gradients_per_step(dim) * setting.seconds * share
    return max(1, min(MAX_PIECE, int(PIECE_SECONDS / seconds), PIECE_NUMBERS // (chains * dim)))


def _counted(setting: Setting, state: ChainsState, walked: Walked, t: int) -> ChainsState:
    """With the part that ends with step ``t``, and what is due then; steps of warm-up cost, and are forgotten."""
    spec = setting.spec
    state, drawn = state._replace(gradients=state.gradients + walked.gradients), t - spec.warm_up
    if drawn <= 0:
        return state
    state = state._replace(
        running=state.running.with_more(walked.moments),
        kept=state.kept.and_then(walked.kept),
        tally=state.tally + walked.tally,
        divergent=np.concatenate([state.divergent, walked.divergent])[:DIVERGENCES],
    )
    if drawn < spec.draws and drawn & (drawn - 1):
        return state
    state = state._replace(kept=state.kept.joined())
    return state._replace(due=(*state.due, _due(setting, state)))


def _due(setting: Setting, state: ChainsState) -> Due:
    spec = setting.spec
    facts = {
        "acceptance": float(state.tally[ACCEPTED] / state.tally[STEPS]),
        "divergences": int(state.tally[DIVERGENT]),
        "draws": int(state.tally[STEPS]),
    }
    members = spec.chains // spec.superchains if spec.superchains else None
    return Due.of(state.running, state.kept, state.gradients, facts, members)


def _told(setting: Setting, which: int, state: ChainsState, said: list[Said]) -> tuple[ChainsState, list[Event]]:
    """The estimates that were due."""
    events = list[Event]()
    for due, one in zip(state.due, said, strict=True):
        state = state._replace(estimate=due.estimate(one))
        found = answer(state.estimate, setting.reference)
        events.append(Event("estimate", {"method": which, "step": due.draws, **found}))
    return state._replace(due=()), events


def _complete(setting: Setting, which: int, state: ChainsState) -> tuple[ChainsState, list[Event]]:
    """With the estimates that are still due, and what is said of complete chains."""
    *before, last = state.due
    works = [*(due.works() for due in before), last.works(complete=True)]
    seconds = SECONDS + sum(due.seconds() for due in state.due)
    *found, stein = carried_out(setting.spec, [*works, inspection(setting, state.kept)], seconds)
    said = [together(one) for one in found]
    state, events = _told(setting, which, state, said)
    return state._replace(facts=inspected(setting, said[-1], stein, state.divergent)), events


def _shown(setting: Setting, which: int, walked: Walked, first: int) -> list[Event]:
    record, warm_up = setting.spec.record, setting.spec.warm_up
    warming = first < warm_up
    if not record.chains or (warming and not record.warm_up):
        return []
    index = first + 1 + np.arange(len(walked.acceptance))
    keep = np.flatnonzero(index % record.every == 0)
    if not keep.size:
        return []
    return [Event("draws", {"method": which, "warm_up": warming, **_columns(setting, walked, index, keep)})]


def _columns(setting: Setting, walked: Walked, index: Array, keep: Array) -> dict[str, Any]:
    shown = walked.shown
    return {
        "step": index[keep].astype(np.int32),
        "position": Holey(shown.theta[keep][..., list(setting.view)].astype(np.float32)),
        "log_density": Holey(shown.info.log_density[keep].astype(np.float32)),
        "energy": Holey(shown.info.energy[keep].astype(np.float32)),
        "accepted": shown.info.accepted[keep].astype(np.int32),
        "divergent": shown.info.divergent[keep].astype(np.int32),
        "acceptance": Single(walked.acceptance[keep] / walked.acceptance.dtype.type(setting.spec.chains)),
    }
