"""Contenders side by side: answers are compared first, then everybody takes a turn in each round."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any, NamedTuple, Protocol

import numpy as np

from benchmarks.cases import Answer
from benchmarks.worker import FailedError, First

PAUSE = 0.01
"""Seconds between two turns, in which the threads of the one before fall asleep."""


class Runner(Protocol):
    """A contender that is ready: :class:`~benchmarks.worker.Worker`, or a fake one in tests."""

    def first(self, work: str, case: Any) -> First:
        """Prepare and do it once."""
        ...

    def again(self) -> float:
        """Seconds of one more."""
        ...


class Reading(NamedTuple):
    """What one contender did on one case.

    Attributes:
        seconds: of each round, warm; empty where it failed.
        first: seconds of its first call, compilation included.
        cold: seconds from starting its process to its first answer, where this case was the process's first.
        peak: megabytes that the first call added at its peak.
        error: its distance to our answer; None where there is none to compare with.
        failure: why it is not measured.
    """

    seconds: tuple[float, ...] = ()
    first: float = np.nan
    cold: float | None = None
    peak: float = np.nan
    error: float | None = None
    failure: str | None = None

    @property
    def median(self) -> float:
        """Median of the rounds."""
        return median(self.seconds) if self.seconds else np.nan


Distance = Callable[[Answer, Answer], float]


def relative(answer: Answer, reference: Answer) -> float:
    """max|a − b|/max|b|, the worst over what both answers hold; cells that are NaN in ``answer`` were not evaluated.

    Raises:
        FailedError: nothing to compare, shapes that differ, or more than 5 % not evaluated.
    """
    shared = sorted(answer.keys() & reference.keys())
    if not shared:
        raise FailedError("its answer has nothing in common with ours")
    return max(_relative(name, np.asarray(answer[name]), np.asarray(reference[name])) for name in shared)


def _relative(name: str, a: Any, b: Any) -> float:
    if a.shape != b.shape:
        raise FailedError(f"{name} has shape {a.shape} and ours {b.shape}")
    known = ~np.isnan(a)
    if known.mean() < 0.95:
        raise FailedError(f"{1 - known.mean():.0%} of {name} is missing")
    return float(np.abs(a[known] - b[known]).max() / np.abs(b).max())


class Judge(NamedTuple):
    """How answers are compared, and how far apart they may be."""

    distance: Distance
    tolerance: float

    def verdict(self, answer: Answer, reference: Answer | None) -> float | None:
        """The distance.

        Raises:
            FailedError: it is over the tolerance.
        """
        if reference is None:
            return None
        distance = self.distance(answer, reference)
        if not distance <= self.tolerance:
            raise FailedError(f"disagrees: {distance:.1e} away, tolerance {self.tolerance:.0e}")
        return distance


def agreed(runner: Runner, work: str, case: Any, judge: Judge, reference: Answer | None) -> tuple[Reading, Answer]:
    """The first call and its answer, compared.

    Raises:
        FailedError: it could not be done, or disagrees.
    """
    first = runner.first(work, case)
    error = judge.verdict(first.answer, reference)
    return Reading(first=first.seconds, peak=first.peak, error=error), first.answer


def interleaved(runners: Mapping[str, Runner], budget: float, least: int, most: int) -> dict[str, list[float]]:
    """Rounds in which each runner has one turn, until ``budget`` seconds are over.

    At least ``least`` rounds where they do not take three times as long, and two in any case. The order is turned by
    one each round, so that nobody always follows the same neighbour.
    """
    names, taken = list(runners), {name: list[float]() for name in runners}
    began = time.perf_counter()
    for turn in range(most):
        spent = time.perf_counter() - began
        if spent > budget and (turn >= least or (turn >= 2 and spent > 3 * budget)):
            break
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            time.sleep(PAUSE)
            taken[name].append(runners[name].again())
    return taken
