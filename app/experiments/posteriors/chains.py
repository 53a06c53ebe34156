"""A sampler in pieces: some steps of all chains at a time, shown, counted and judged."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from app.core.inference import Estimate, Sampler, SamplerState, Steps
from app.core.interfaces import Array
from app.experiments.events import Event, Holey, Single
from app.experiments.posteriors.answers import answer
from app.experiments.posteriors.moments import Kept, Running, judged
from app.experiments.posteriors.paths import leapfrog_events
from app.experiments.posteriors.setting import PIECE_SECONDS, Setting, streams

MAX_PIECE = 64
KEPT_NUMBERS = 200_000
DIVERGENCES = 500
"""How many are kept with their place."""
ACCEPTED, DIVERGENT, STEPS = range(3)


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
    state, steps = _walk(setting, which, sampler, state, length)
    events = paths + _shown(setting, which, steps, t)
    now = t + length
    done = now >= total
    if t >= spec.warm_up:
        state = _counted(setting, state, steps)
        if done or _is_power_of_two(now - spec.warm_up):
            state = state._replace(estimate=_estimate(setting, state))
            found = answer(state.estimate, setting.reference)
            events.append(Event("estimate", {"method": which, "step": now - spec.warm_up, **found}))
    return state, events, done


def _limit(setting: Setting, sampler: Sampler) -> int:
    dim, chains = setting.target.dim, setting.spec.chains
    seconds = 5e-5 + chains * sampler.gradients_per_step(dim) * setting.seconds
    kept = max(1, KEPT_NUMBERS // (chains * dim))
    return max(1, min(MAX_PIECE, int(PIECE_SECONDS / seconds), kept))


def _walk(setting: Setting, which: int, sampler: Sampler, state: ChainsState, length: int) -> tuple[ChainsState, Steps]:
    random, warm_up = streams(setting.spec.seed, which), setting.spec.warm_up
    with np.errstate(all="ignore"):
        at, steps = sampler.walk(setting.target, state.sampler, random.at, length, warm_up)
    return state._replace(sampler=at, gradients=state.gradients + int(steps.info.gradients.sum())), steps


def _counted(setting: Setting, state: ChainsState, steps: Steps) -> ChainsState:
    chains, dim = steps.theta.shape[1:]
    some = slice(0, max(1, min(chains, KEPT_NUMBERS // (dim * setting.spec.draws))))
    kept = state.kept.with_draws(steps.theta[:, some], steps.info.energy[:, some])
    tally = [steps.info.acceptance.sum(), steps.info.divergent.sum(), len(steps.theta) * chains]
    broke = np.concatenate([state.divergent, steps.theta[steps.info.divergent]])[:DIVERGENCES]
    running = state.running.with_draws(steps.theta)
    return state._replace(running=running, kept=kept, tally=state.tally + tally, divergent=broke)


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


def _shown(setting: Setting, which: int, steps: Steps, first: int) -> list[Event]:
    record, warm_up = setting.spec.record, setting.spec.warm_up
    warming = first < warm_up
    if not record.chains or (warming and not record.warm_up):
        return []
    index = first + 1 + np.arange(len(steps.theta))
    keep = np.flatnonzero(index % record.every == 0)
    if not keep.size:
        return []
    return [Event("draws", {"method": which, "warm_up": warming, **_columns(setting, steps, index, keep)})]


def _columns(setting: Setting, steps: Steps, index: Array, keep: Array) -> dict[str, Any]:
    some = slice(0, setting.spec.record.chains)
    column = {
        name: getattr(steps.info, name)[keep, some] for name in ("log_density", "accepted", "divergent", "energy")
    }
    return {
        "step": index[keep].astype(np.int32),
        "position": Holey(steps.theta[keep, some][..., list(setting.view)].astype(np.float32)),
        "log_density": Holey(column["log_density"].astype(np.float32)),
        "energy": Holey(column["energy"].astype(np.float32)),
        "accepted": column["accepted"].astype(np.int32),
        "divergent": column["divergent"].astype(np.int32),
        "acceptance": Single(steps.info.acceptance[keep].mean(axis=-1)),
    }
