"""Warm-up: the step size by dual averaging, the scales of the coordinates from the draws of all chains."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from app.core.interfaces import Array

SHRINKAGE, DELAY, FORGETTING = 0.05, 10.0, 0.75
"""γ, t₀ and κ of Hoffman & Gelman 2014."""
BASE_WINDOW = 25


class Tuning(NamedTuple):
    """The memory of a kernel that is tuned, the same for all chains.

    Attributes:
        step_size: ε of the next step, ``()``.
        inverse_mass: M⁻¹, a diagonal, ``(d,)``: the variances of the coordinates as far as they are known.
        dual: μ, H̄, ln ε̄ and the number of steps since the last restart, ``(4,)``.
        moments: of the draws of the present window: count, mean and Σ(θ − mean)², ``(3, d)``.
    """

    step_size: Array
    inverse_mass: Array
    dual: Array
    moments: Array


def untuned(step_size: float, dim: int) -> Tuning:
    """As the fields of the kernel say."""
    step = np.asarray(step_size, dtype=np.float64)
    return Tuning(step, np.ones(dim), _restarted(step), np.zeros((3, dim)))


def _restarted(step_size: Array) -> Array:
    """Dual averaging from the beginning: it tries ten times the step, which is cheap to find too long."""
    return np.array([np.log(10 * step_size), 0.0, np.log(step_size), 0.0])


def step_tuned(tuning: Tuning, acceptance: float, wanted: float) -> Tuning:
    """One step of dual averaging towards a mean acceptance of ``wanted``.

    H̄ ← (1 − 1/(m + t₀))H̄ + (δ − α)/(m + t₀), ln ε = μ − (√m/γ)H̄, ln ε̄ ← m^{−κ} ln ε + (1 − m^{−κ}) ln ε̄.

    Reference: Hoffman & Gelman 2014, The No-U-Turn sampler, section 3.2 and algorithm 5.
    """
    target, error, averaged, count = tuning.dual
    count += 1
    weight = 1 / (count + DELAY)
    error = (1 - weight) * error + weight * (wanted - acceptance)
    log_step = target - np.sqrt(count) / SHRINKAGE * error
    fading = count**-FORGETTING
    averaged = fading * log_step + (1 - fading) * averaged
    return tuning._replace(step_size=np.exp(log_step), dual=np.array([target, error, averaged, count]))


def settled(tuning: Tuning) -> Tuning:
    """The averaged step size ε̄, from now on."""
    return tuning._replace(step_size=np.exp(tuning.dual[2])) if tuning.dual[3] else tuning


def scales_tuned(tuning: Tuning, theta: Array, t: int, of: int) -> Tuning:
    """Gather the draws of warm-up step ``t``; at the end of a window they become M⁻¹ and the step size starts again."""
    moments, complete = gathered(tuning.moments, theta, t, of)
    if not complete:
        return tuning._replace(moments=moments)
    return Tuning(tuning.step_size, variances(moments), _restarted(tuning.step_size), np.zeros_like(moments))


def variances(moments: Array) -> Array:
    """Of the coordinates, drawn a little towards 10⁻³ as Stan does, which keeps them positive."""
    count = moments[0]
    return np.asarray((count / (count - 1) * moments[2] + 5e-3) / (count + 5))


def gathered(moments: Array, theta: Array, t: int, of: int) -> tuple[Array, bool]:
    """The moments with the draws of warm-up step ``t``, and whether a window ends with it."""
    first, ends = windows(of)
    if not first <= t <= ends[-1]:
        return moments, False
    joined = _joined(moments, theta)
    return joined, t in ends and joined[0, 0] >= 2


def _joined(moments: Array, theta: Array) -> Array:
    """Count, mean and sum of squares with more rows (Chan, Golub & LeVeque 1983)."""
    count, mean, squares = moments
    more, their_mean = len(theta), theta.mean(axis=0)
    total, apart = count + more, their_mean - mean
    joined = squares + ((theta - their_mean) ** 2).sum(axis=0) + apart**2 * count * more / total
    return np.stack([total, mean + apart * more / total, joined])


@lru_cache(maxsize=64)
def windows(of: int) -> tuple[int, tuple[int, ...]]:
    """The first warm-up step whose draws count, and the last steps of the windows.

    The first 15 % (at most 75) and the last 10 % (25 to 50, at most half) tune the step size alone: dual averaging
    needs two dozen steps to settle after new scales. Between, windows double.
    """
    first, stop = min(75, of * 15 // 100), of - min(50, max(25, of // 10), of // 2)
    ends, width, end = [], BASE_WINDOW, first
    while end + 3 * width <= stop:
        end += width
        ends.append(end - 1)
        width *= 2
    return first, (*ends, max(stop, 1) - 1)
