"""A sampler in pieces: some steps of all chains at a time, shown, counted and judged."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from app.core.inference import Estimate, Sampler, SamplerState
from app.core.interfaces import Array
from app.experiments.events import Event, Holey, Single
from app.experiments.posteriors.answers import answer
from app.experiments.posteriors.moments import Kept, Running, judged
from app.experiments.posteriors.paths import leapfrog_events
from app.experiments.posteriors.setting import PIECE_SECONDS, Setting
from app.experiments.posteriors.walking import ACCEPTED, DIVERGENCES, DIVERGENT, STEPS, Walked, walked_on

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
        estimate: the last that was shown.
    """

    sampler: SamplerState
    running: Running
    kept: Kept
    gradients: int
    tally: Array
    divergent: Array
    estimate: Estimate = Estimate()


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
    """The next few steps, with their ``draws`` event, and an ``estimate`` where the draws are a power of two."""
    spec = setting.spec
    t, total = state.sampler.t, spec.warm_up + spec.draws
    border = spec.warm_up if t < spec.warm_up else total
    length = min(_to_double(t - spec.warm_up if t >= spec.warm_up else t), _limit(setting, sampler), border - t)
    paths = leapfrog_events(setting, which, sampler, state.sampler)
    walked = walked_on(setting, which, sampler, state.sampler, length)
    events = paths + _shown(setting, which, walked, t)
    now = t + length
    done = now >= total
    state = state._replace(sampler=walked.sampler, gradients=state.gradients + walked.gradients)
    if t >= spec.warm_up:
        state = _counted(state, walked)
        if done or _is_power_of_two(now - spec.warm_up):
            state = state._replace(estimate=_estimate(setting, state))
            found = answer(state.estimate, setting.reference)
            events.append(Event("estimate", {"method": which, "step": now - spec.warm_up, **found}))
    return state, events, done


def _limit(setting: Setting, sampler: Sampler) -> int:
    dim, chains = setting.target.dim, setting.spec.chains
    seconds = 5e-5 + chains * sampler.gradients_per_step(dim) * setting.seconds
    return max(1, min(MAX_PIECE, int(PIECE_SECONDS / seconds), PIECE_NUMBERS // (chains * dim)))


def _counted(state: ChainsState, walked: Walked) -> ChainsState:
    return state._replace(
        running=state.running.with_more(walked.moments),
        kept=state.kept.and_then(walked.kept),
        tally=state.tally + walked.tally,
        divergent=np.concatenate([state.divergent, walked.divergent])[:DIVERGENCES],
    )


def _to_double(steps: int) -> int:
    """How many are left to the next power of two; there pieces end, lest what is said of the draws takes longer."""
    return (1 << steps.bit_length()) - steps if steps else 1


def _is_power_of_two(draws: int) -> bool:
    """Estimates are shown that often."""
    return draws & (draws - 1) == 0


def _estimate(setting: Setting, state: ChainsState) -> Estimate:
    """The answer of the draws so far."""
    spec = setting.spec
    facts = {
        "acceptance": float(state.tally[ACCEPTED] / state.tally[STEPS]),
        "divergences": int(state.tally[DIVERGENT]),
        "draws": int(state.tally[STEPS]),
    }
    members = spec.chains // spec.superchains if spec.superchains else None
    return judged(state.running, state.kept, state.gradients, facts, members)


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
