"""What to say of a run that diverged: why, how curved it was there, and a learning rate that holds."""

from __future__ import annotations

from math import floor, log10

import numpy as np

from app.core.interfaces import Array, Objective
from app.curvature.sharpness import Sharpness, sharpness
from app.experiments.chunks import MAX_CHUNK, racer_seconds
from app.experiments.events import Event, finite
from app.experiments.frames import take_leg
from app.experiments.race import Cut, Racer, Track
from app.experiments.runaway import FALL

TRIAL_SECONDS = 0.5
TRIALS = 12
CLIMB = 100.0
"""A suggested run may rise to this many times the size of its first loss."""


def diverged_event(run: int, track: Track, racer: Racer, theta: Array, steps: int, batch_size: int | None) -> Event:
    """The ``diverged`` event of a racer that was cut; ``theta`` is its starting point."""
    assert racer.cut is not None
    curved = _sharpest(track.objective, theta, racer.best[2])
    rate = getattr(track.optimiser, "learning_rate", None)
    curable = racer.cut.reason == "overshoot" and rate is not None
    suggested = suggest(track, theta, curved, steps, batch_size) if curable else None
    data = {
        "run": run,
        "step": racer.cut.step,
        "what": racer.cut.what,
        "reason": racer.cut.reason,
        "sharpness": curved.value if curved else None,
        "sharpness_times_learning_rate": finite(curved.value * rate) if curved and rate is not None else None,
        "suggested_learning_rate": suggested,
    }
    return Event("diverged", data | {"message": _message(track, racer.cut, curved, rate, suggested, steps)})


def _sharpest(objective: Objective, start: Array, best: Array) -> Sharpness | None:
    found = [s for s in (sharpness(objective, start), sharpness(objective, best)) if s is not None]
    return max(found, key=lambda s: s.value) if found else None


def suggest(track: Track, theta: Array, curved: Sharpness | None, steps: int, batch_size: int | None) -> float | None:
    """A learning rate, to two digits, that was run for ``trial_steps`` and ended no higher than it began; None if none.

    The first guess is half of the stability threshold, or a tenth of θ's size for a method without one.
    """
    rate = float(getattr(track.optimiser, "learning_rate"))  # noqa: B009 - a field of most optimisers, not of the contract
    threshold = track.optimiser.stability_threshold()
    safe = (
        0.5 * threshold * rate / curved.value
        if threshold and curved and curved.value > 0
        else 0.1 * max(1.0, float(np.abs(theta).max()))
    )
    trial = _two_digits(min(safe, rate / 2))
    count = trial_steps(track, steps)
    for _ in range(TRIALS):
        if trial <= 0:
            return None
        if _holds(_with_rate(track, trial, batch_size), theta, count):
            return trial
        trial = _two_digits(trial / 4)
    return None


def trial_steps(track: Track, steps: int) -> int:
    """Steps for which a suggestion is tried: the whole run, or as many as ``TRIAL_SECONDS`` allow."""
    return max(20, min(steps + 1, int(TRIAL_SECONDS / racer_seconds(track.objective, track.optimiser))))


def _two_digits(value: float) -> float:
    if not np.isfinite(value) or value < 1e-300:
        return 0.0
    unit = 10.0 ** (floor(log10(value)) - 1)
    return float(f"{floor(value / unit) * unit:.2g}")


def _with_rate(track: Track, rate: float, batch_size: int | None) -> Track:
    optimiser = track.optimiser.model_copy(update={"learning_rate": rate})
    return Track(track.objective, optimiser, batch_size, track.seed, track.noise, track.dtype)


def _holds(track: Track, theta: Array, steps: int) -> bool:
    """Whether a run stays within what can be shown, climbs little, ends no higher than it began, and not in a pit."""
    racer = track.begin(theta)
    first = np.inf
    while racer.state.t < steps:
        racer, taken, seen, bad = take_leg(track, racer, min(MAX_CHUNK, steps - racer.state.t), False)
        if bad or seen.loss.max() > CLIMB * (1 + racer.scale[1]):
            return False
        first = seen.loss[0] if taken.first == 0 else first
    return bool(-FALL * max(1.0, racer.scale[1]) < seen.loss[-1] <= first)


def _said(value: float) -> str:
    """Three significant digits, written out: 1,510 rather than 1.51e+03."""
    return f"{float(f'{value:.3g}'):,.6g}"


def _message(
    track: Track, cut: Cut, curved: Sharpness | None, rate: float | None, suggested: float | None, steps: int
) -> str:
    optimiser = track.optimiser
    said = [f"{optimiser.title} diverged at step {cut.step}: {cut.what}."]
    threshold = optimiser.stability_threshold()
    if cut.reason == "start":
        where = "at the start itself, a hole or a kink; choose another start"
        return f"{optimiser.title} could not begin: {cut.what} {where}."
    if cut.reason == "unbounded below":
        said.append("The loss falls without bound in this direction: no learning rate will settle here.")
    elif curved and threshold is not None and curved.value > threshold:
        said.append(
            f"The curvature λmax = {_said(curved.value)} is above {_said(threshold)}, the most this optimiser can hold "
            f"at learning rate {rate:.3g}."
        )
    if suggested is not None:
        tried = min(steps, trial_steps(track, steps))
        said.append(f"Learning rate {suggested:.2g} was tried from the same start and held for {tried} steps.")
    elif rate is not None and cut.reason != "unbounded below":
        said.append("No smaller learning rate that was tried held either; try another start.")
    return " ".join(said)
