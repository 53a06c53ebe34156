"""Readings as Markdown: one line a contender, our own first, goals beside what was reached."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from benchmarks.contender import OURS, contender
from benchmarks.measure import Reading
from benchmarks.row import Goal, Measured

HEAD = (
    "| work | contender | median, ms | spread, ms | theirs ÷ ours | goal | first call, ms | cold process, s "
    "| peak, MB | of GEMM | error |"
)
RULE = "|---|---|--:|--:|--:|---|--:|--:|--:|--:|--:|"


class Verdict(NamedTuple):
    """A goal, what was reached (None: not measured), and whether that is enough."""

    goal: Goal
    reached: float | None

    @property
    def met(self) -> bool:
        """Reached."""
        return self.reached is not None and self.reached >= self.goal.ratio

    def __str__(self) -> str:
        clock = {"warm": "", "first": "first call ÷ our median ", "cold": "cold "}[self.goal.clock]
        reached = "not measured" if self.reached is None else f"{'met' if self.met else 'MISSED'} ({self.reached:.3g})"
        return f"{clock}≥ {self.goal.ratio:.3g}: {reached}"


def verdict(goal: Goal, readings: Mapping[str, Reading]) -> Verdict:
    """What was reached: theirs ÷ ours."""
    theirs, ours = (readings.get(name, Reading(failure="absent")) for name in (goal.contender, OURS))
    if theirs.failure or ours.failure:
        return Verdict(goal, None)
    pairs = {
        "warm": (theirs.median, ours.median),
        "first": (theirs.first, ours.median),
        "cold": (theirs.cold, ours.cold),
    }
    above, below = pairs[goal.clock]
    return Verdict(goal, None if above is None or below is None or math.isnan(above / below) else above / below)


def section(rows: Sequence[Measured], rates: Mapping[str, float]) -> str:
    """The table of a row, how many goals were met, and who is faster than we are."""
    lines = [line for row in rows for line in _lines(row, rates)]
    return "\n".join([HEAD, RULE, *lines, "", summary(rows)])


def summary(rows: Sequence[Measured]) -> str:
    """Goals met of all that there are, and every contender that is faster than ours once it is warm."""
    verdicts = [verdict(goal, row.readings) for row in rows for goal in row.case.goals]
    faster = [
        f"{contender(name).title} at {row.case.label} ({times:.1f} times)"
        for row in rows
        for name, times in _faster(row)
    ]
    told = "; ".join(faster) or "nobody"
    return f"{sum(v.met for v in verdicts)} of {len(verdicts)} goals met. Faster than ours, warm: {told}."


def _faster(row: Measured) -> list[tuple[str, float]]:
    """Peers with a smaller median, and how many times smaller; what is ours in another guise is no peer."""
    ours = row.readings.get(OURS, Reading()).median
    peers = [(name, ours / r.median) for name, r in row.readings.items() if not name.startswith(OURS)]
    return [(name, times) for name, times in peers if times > 1]


def _lines(row: Measured, rates: Mapping[str, float]) -> list[str]:
    ours = row.readings.get(OURS, Reading()).median
    cells = [
        [row.case.label if i == 0 else "", contender(name).title, *_numbers(row, name, ours, rates)]
        for i, name in enumerate(row.readings)
    ]
    return ["| " + " | ".join(line) + " |" for line in cells]


def _numbers(row: Measured, name: str, ours: float, rates: Mapping[str, float]) -> list[str]:
    reading = row.readings[name]
    goals = "; ".join(str(verdict(goal, row.readings)) for goal in row.case.goals if goal.contender == name)
    if reading.failure:
        return ["–", "–", "–", goals, "–", "–", "–", "–", f"not measured: {reading.failure.replace('|', '/')}"]
    share = row.case.flops / reading.median / rates[row.case.dtype] if row.case.flops else math.nan
    return [
        three_digits(1e3 * reading.median),
        f"{three_digits(1e3 * min(reading.seconds))}–{three_digits(1e3 * max(reading.seconds))}",
        "1" if name == OURS else three_digits(reading.median / ours),
        goals,
        three_digits(1e3 * reading.first),
        "" if reading.cold is None else three_digits(reading.cold),
        f"{reading.peak:,.0f}",
        "" if math.isnan(share) else f"{share:.0%}",
        "" if reading.error is None else f"{reading.error:.0e}",
    ]


def three_digits(value: float) -> str:
    """Three digits."""
    if math.isnan(value):
        return "–"
    digits = max(0, 2 - math.floor(math.log10(abs(value)))) if value else 0
    return f"{value:,.{min(digits, 4)}f}"
