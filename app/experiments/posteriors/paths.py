"""Leapfrog paths as they are drawn: one trajectory of the first chain now and then, with its energies."""

from __future__ import annotations

from app.core.inference import Sampler, SamplerState
from app.experiments.events import Event, Holey
from app.experiments.posteriors.setting import Setting
from app.experiments.posteriors.walking import blocks_of


def leapfrog_events(setting: Setting, which: int, sampler: Sampler, state: SamplerState) -> list[Event]:
    """The path that the next step will take, where it is asked for and the kernel has one; ``accepted``: to its end."""
    if not setting.spec.record.leapfrog:
        return []
    state, *_ = blocks_of(setting.spec, sampler, state)
    path = sampler.trajectory(setting.target, state, setting.rng(which, state.t + 1))
    if path is None:
        return []
    _, info = sampler.step(setting.target, state, setting.rng(which, state.t + 1))
    data = {
        "method": which,
        "step": state.t + 1,
        "position": Holey(path.position[:, 0, list(setting.view)]),
        "energy": Holey(path.energy[:, 0]),
        "acceptance": float(info.acceptance[0]),
        "accepted": bool(info.accepted[0]),
        "divergent": bool(info.divergent[0]),
    }
    return [Event("leapfrog", data)]
