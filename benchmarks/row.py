"""A row of the benchmark: cases of one kind of work, measured side by side."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol

from benchmarks.cases import Answer
from benchmarks.contender import OURS, contenders
from benchmarks.measure import Distance, Judge, Reading, agreed, interleaved, relative
from benchmarks.worker import FailedError, Worker

Clock = Literal["warm", "first", "cold"]


class Goal(NamedTuple):
    """Where we mean to end: their time ÷ ours is at least ``ratio``.

    ``warm`` compares medians; ``first`` their first call, compilation included, with our median; ``cold`` both from
    the start of a process.
    """

    contender: str
    ratio: float
    clock: Clock = "warm"


class Case(NamedTuple):
    """One piece of work.

    Attributes:
        label: what it is.
        work: name of the contenders' method.
        task: its argument.
        tolerance: how far answers may be from ours.
        goals: where we mean to end.
        flops: floating-point operations that the mathematics needs, for the share of the machine's rate; 0: untold.
        distance: how answers are compared.
        exact: what is known beforehand, with which ours is compared too; None where ours is the reference.
    """

    label: str
    work: str
    task: Any
    tolerance: float
    goals: tuple[Goal, ...] = ()
    flops: float = 0.0
    distance: Distance = relative
    exact: Answer | None = None

    @property
    def dtype(self) -> str:
        """Precision asked for."""
        return str(getattr(getattr(self.task, "problem", self.task), "dtype", "float64"))


class Session(NamedTuple):
    """What all rows share.

    Attributes:
        quick: smaller, fewer rounds: to see that everything works.
        threads: what each contender may use.
        budget: seconds of interleaved rounds per case.
        rates: measured GEMM operations per second, by dtype.
        say: shows progress.
        folder: of the document that is written, for pictures; None where nothing is.
    """

    quick: bool
    threads: int
    budget: float
    rates: Mapping[str, float]
    say: Callable[[str], None]
    folder: Path | None = None


class Row(Protocol):
    """What a module of ``benchmarks.rows`` has as ``ROW``."""

    letter: str
    title: str

    def run(self, session: Session) -> str:
        """Measure; the section's text in Markdown."""
        ...


class Measured(NamedTuple):
    """A case and what everybody did on it."""

    case: Case
    readings: Mapping[str, Reading]


def measured(cases: Sequence[Case], session: Session) -> list[Measured]:
    """All cases of a row; each contender's process lives for the row, or for a case where its cold start counts."""
    workers: dict[str, Worker] = {}
    try:
        return [Measured(case, _measured(case, session, workers)) for case in cases]
    finally:
        for worker in workers.values():
            worker.close()


def _measured(case: Case, session: Session, workers: dict[str, Worker]) -> dict[str, Reading]:
    readings: dict[str, Reading] = {}
    reference = case.exact
    for name in contenders(case.work):
        session.say(f"{case.label}: {name}")
        readings[name], answer = _begun(case, name, session.threads, workers, reference)
        reference = reference or answer
    ready = {name: workers[name] for name, reading in readings.items() if reading.failure is None}
    least, most = (2, 3) if session.quick else (3, 15)
    session.say(f"{case.label}: rounds")
    try:
        taken = interleaved(ready, session.budget, least, most)
    except FailedError as error:
        return {n: r if n not in ready else r._replace(failure=f"in a round: {error}") for n, r in readings.items()}
    return {n: r._replace(seconds=tuple(taken[n])) if n in taken else r for n, r in readings.items()}


def _begun(
    case: Case, name: str, threads: int, workers: dict[str, Worker], reference: Answer | None
) -> tuple[Reading, Answer | None]:
    """A contender's first call, in a new process where that is to be timed or there is none."""
    if name in workers and _cold(case, name):
        workers.pop(name).close()
    fresh, began = name not in workers, time.perf_counter()
    try:
        worker = workers.setdefault(name, Worker(name, threads)) if fresh else workers[name]
        reading, answer = agreed(worker, case.work, case.task, Judge(case.distance, case.tolerance), reference)
    except FailedError as error:
        workers.pop(name).close()
        return Reading(failure=str(error)), None
    cold = time.perf_counter() - began
    return (reading._replace(cold=cold) if fresh else reading), answer


def _cold(case: Case, name: str) -> bool:
    goals = [goal.contender for goal in case.goals if goal.clock == "cold"]
    return bool(goals) and name in [OURS, *goals]
