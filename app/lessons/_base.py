"""What a lesson is: a short text, a run to open, and checks that measure its claims."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, NamedTuple

from app.core.spec import CatalogueEntry
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
    """

    title: str
    expected: float
    measured: float
    tolerance: float
    passed: bool
    spread: tuple[float, float] | None
    runs: int


class Lesson(CatalogueEntry):
    """An experiment that checks itself; one file each.

    Attributes:
        text: paragraphs of the lesson: what to do, what to see, why.
    """

    text: ClassVar[tuple[str, ...]]

    def run(self) -> RunSpec:
        """The run that the page opens."""
        raise NotImplementedError

    def checks(self) -> tuple[Callable[[], Claim], ...]:
        """One function a claim; each is pure and takes a few seconds at most."""
        raise NotImplementedError


def agrees(title: str, expected: float, measured: list[float], tolerance: float) -> Claim:
    """A claim that every measured value lies within ``tolerance`` of ``expected`` (relative, absolute at 0)."""
    scale = abs(expected) or 1.0
    ordered = sorted(measured)
    passed = all(abs(value - expected) <= tolerance * scale for value in ordered)
    middle = ordered[len(ordered) // 2]
    spread = (ordered[0], ordered[-1]) if len(ordered) > 1 else None
    return Claim(title, expected, middle, tolerance, passed, spread, len(ordered))
