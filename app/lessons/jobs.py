"""Lessons as computations: the gallery, and a check that advances claim by claim; and every job a server can run."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from app.core.spec import Spec, catalogue, kind_of
from app.experiments.costs import Cost
from app.experiments.events import Event
from app.experiments.jobs import JOBS as EXPERIMENT_JOBS
from app.experiments.jobs._base import Job, collect_result
from app.experiments.run import Slice
from app.lessons._base import Check, Claim, Lesson
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
        "room": lesson.room,
        "page": dict(lesson.page),
        "spec": lesson.run().model_dump(mode="json"),
        "checks": len(lesson.checks()),
    }


class LessonState(NamedTuple):
    """The claims that are settled; what the trials of the next one found; the state of the trial under way."""

    claims: tuple[Claim, ...]
    found: tuple[Any, ...]
    inner: Any


def advance_lesson(spec: LessonSpec, state: LessonState | None, budget: float) -> Slice:
    """Check one claim after the other, piece by piece; trials and claims are announced, ``result`` comes at the end."""
    deadline = time.perf_counter() + budget
    checks = _checks(spec.id)
    state = state or LessonState((), (), None)
    events: list[Event] = []
    while len(state.claims) < len(checks):
        state = _piece(checks, state, events)
        if time.perf_counter() >= deadline:
            break
    done = len(state.claims) == len(checks)
    return Slice(state, events + ([_result(spec, state.claims), Event("finished", {})] if done else []), done)


@lru_cache(maxsize=4)
def _checks(lesson: str) -> tuple[Check, ...]:
    """The checks of a lesson, kept from piece to piece with what they have prepared."""
    return tuple(Check.of(check) for check in lessons()[lesson].checks())


def _piece(checks: Sequence[Check], state: LessonState, events: list[Event]) -> LessonState:
    """One piece of the next trial; its end, and the claim that it may settle, are told."""
    check = checks[len(state.claims)]
    trial = check.trials[len(state.found)]
    inner = trial.advance(trial.begin() if state.inner is None else state.inner)
    found = trial.result(inner)
    if found is None:
        return state._replace(inner=inner)
    state = LessonState(state.claims, (*state.found, found), None)
    settled = len(state.found) == len(check.trials)
    if settled:
        state = LessonState((*state.claims, check.verdict(list(state.found))), (), None)
    news = {"step": len(state.claims), "of": len(checks), "trial": len(state.found), "trials": len(check.trials)}
    events.append(Event("progress", news | {"claim": state.claims[-1]._asdict() if settled else None}))
    return state


def _result(spec: LessonSpec, claims: tuple[Claim, ...]) -> Event:
    listed = [claim._asdict() for claim in claims]
    return Event("result", {"id": spec.id, "passed": all(claim.passed for claim in claims), "claims": listed})


def lesson_cost(spec: LessonSpec) -> Cost:
    """Lessons are ours: each is written to take less than a minute."""
    return Cost(60.0, 200_000_000, "")


def collect_lesson(events: Sequence[Event]) -> dict[str, Any]:
    """The verdict."""
    return collect_result(events)


JOBS: Mapping[str, Job] = MappingProxyType(
    {**EXPERIMENT_JOBS, "lesson": Job(LessonSpec, advance_lesson, lesson_cost, collect_lesson)}
)
"""Everything a server can run, by name."""
