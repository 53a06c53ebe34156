"""Lessons as computations: the gallery, and a check that advances claim by claim; and every job a server can run."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import Field

from app.core.spec import Spec, catalogue, kind_of
from app.experiments.costs import Cost
from app.experiments.events import Event
from app.experiments.jobs import JOBS as EXPERIMENT_JOBS
from app.experiments.jobs import Job
from app.experiments.run import Slice
from app.lessons._base import Claim, Lesson
from app.objectives.symbolic import typeset

LessonId = Annotated[str, Field(max_length=100)]


class LessonSpec(Spec):
    """Which lesson to check."""

    id: LessonId


def lessons() -> dict[str, Lesson]:
    """Every lesson by id."""
    return {kind: entry() for kind, entry in catalogue("app.lessons", Lesson).items()}  # type: ignore[misc]


def describe() -> list[dict[str, Any]]:
    """The gallery: id, title, summary, text, reference, formula, the run to open, and what it claims."""
    return [_described(lesson) for lesson in lessons().values()]


def _described(lesson: Lesson) -> dict[str, Any]:
    return {
        "id": kind_of(type(lesson)),
        "title": lesson.title,
        "summary": lesson.summary,
        "text": list(lesson.text),
        "reference": lesson.reference,
        "formula": lesson.formula,
        "mathml": typeset(lesson.formula),
        "spec": lesson.run().model_dump(mode="json"),
        "checks": len(lesson.checks()),
    }


def advance_lesson(spec: LessonSpec, state: tuple[Claim, ...] | None, budget: float) -> Slice:
    """Check one claim after the other; each is announced, and ``result`` comes at the end."""
    checks = lessons()[spec.id].checks()
    claims, events = state or (), []
    deadline = time.perf_counter() + budget
    while len(claims) < len(checks):
        claims = (*claims, checks[len(claims)]())
        events.append(Event("progress", {"step": len(claims), "of": len(checks), "claim": claims[-1]._asdict()}))
        if time.perf_counter() >= deadline:
            break
    done = len(claims) == len(checks)
    return Slice(claims, events + ([_result(spec, claims)] if done else []), done)


def _result(spec: LessonSpec, claims: tuple[Claim, ...]) -> Event:
    listed = [claim._asdict() for claim in claims]
    return Event("result", {"id": spec.id, "passed": all(claim.passed for claim in claims), "claims": listed})


def lesson_cost(spec: LessonSpec) -> Cost:
    """Lessons are ours: each claim is written to take a few seconds at most."""
    return Cost(5.0, 50_000_000, "")


def collect_lesson(events: Sequence[Event]) -> dict[str, Any]:
    """The verdict."""
    return events[-1].data


JOBS: Mapping[str, Job] = MappingProxyType(
    {**EXPERIMENT_JOBS, "lesson": Job(LessonSpec, advance_lesson, lesson_cost, collect_lesson)}
)
"""Everything a server can run, by name."""
