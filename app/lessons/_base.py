"""What a lesson is: a short text, a run to open, and checks that measure its claims."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal, NamedTuple

from app.core.spec import CatalogueEntry
from app.core.work import Once, Work
from app.experiments.posteriors.specs import PosteriorSpec
from app.experiments.specs import RunSpec


class Claim(NamedTuple):
    """One statement and what was measured of it.

    Attributes:
        title: the statement.
        expected: the number it says, from theory or the paper.
        measured: what our engine gave (the median, where there are seeds).
        tolerance: largest relative difference (or absolute, where ``expected`` is 0) that counts as agreement.
        passed: whether it agrees, for every seed.
        spread: smallest and largest value over seeds or starts; None where there is one.
        runs: how many seeds or starts.
        relation: whether ``expected`` is a value, or a bound that every measured value has to keep.
    """

    title: str
    expected: float
    measured: float
    tolerance: float
    passed: bool
    spread: tuple[float, float] | None
    runs: int
    relation: Literal["equals", "at_least", "at_most"] = "equals"


class Check(NamedTuple):
    """A claim in the making: what is measured, each seed or start for itself, and the claim made of it.

    Attributes:
        trials: computed one after another, each in pieces.
        verdict: the claim, from what the trials found.
    """

    trials: tuple[Work[Any, Any], ...]
    verdict: Callable[[list[Any]], Claim]

    @classmethod
    def of(cls, check: Check | Callable[[], Claim]) -> Check:
        """A function that measures a whole claim at once is one trial."""
        return check if isinstance(check, Check) else cls((Once(check),), lambda found: found[0])


class Lesson(CatalogueEntry):
    """An experiment that checks itself; one file each.

    Attributes:
        text: paragraphs of the lesson: what to do, what to see, why.
        room: the room of the page in which its run is opened.
        page: what the room is to show of it first, as its address says it.
    """

    room: ClassVar[str] = "landscape"
    page: ClassVar[Mapping[str, Any]] = MappingProxyType({})
    text: ClassVar[tuple[str, ...]]

    def run(self) -> RunSpec | PosteriorSpec:
        """What the page opens in ``room``."""
        raise NotImplementedError

    def checks(self) -> tuple[Check | Callable[[], Claim], ...]:
        """One a claim: in trials, or where it takes well under a second a pure function."""
        raise NotImplementedError


def agrees(title: str, expected: float, measured: list[float], tolerance: float) -> Claim:
    """A claim that every measured value lies within ``tolerance`` of ``expected`` (relative, absolute at 0)."""
    scale = abs(expected) or 1.0
    passed = all(abs(value - expected) <= tolerance * scale for value in measured)
    return Claim(title, expected, *_summary(measured, tolerance, passed))


def at_least(title: str, bound: float, measured: list[float]) -> Claim:
    """A claim that every measured value is ``bound`` or more."""
    return Claim(title, bound, *_summary(measured, 0.0, all(value >= bound for value in measured)), "at_least")


def at_most(title: str, bound: float, measured: list[float]) -> Claim:
    """A claim that every measured value is ``bound`` or less."""
    return Claim(title, bound, *_summary(measured, 0.0, all(value <= bound for value in measured)), "at_most")


def _summary(
    measured: list[float], tolerance: float, passed: bool
) -> tuple[float, float, bool, tuple[float, float] | None, int]:
    """(median, tolerance, passed, spread, runs)."""
    ordered = sorted(measured)
    spread = (ordered[0], ordered[-1]) if len(ordered) > 1 else None
    return ordered[len(ordered) // 2], tolerance, passed, spread, len(ordered)
