"""Every lesson's claims hold, and the run it opens is one that the product runs."""

from __future__ import annotations

import pickle

import pytest

from app.experiments.events import Event
from app.experiments.posteriors.run import advance_posterior
from app.experiments.posteriors.specs import PosteriorSpec
from app.experiments.run import simulate
from app.experiments.specs import RunSpec
from app.lessons._base import agrees, at_least, at_most
from app.lessons.jobs import LessonSpec, advance_lesson, collect_lesson, describe, lessons

LESSONS = sorted(lessons())


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_passes_its_own_check(lesson: str) -> None:
    state, done, events = None, False, []
    while not done:
        state, some, done = advance_lesson(LessonSpec(id=lesson), pickle.loads(pickle.dumps(state)), 0.0)
        events += some
    verdict = collect_lesson(events)
    failed = [claim for claim in verdict["claims"] if not claim["passed"]]
    assert verdict["passed"] and not failed, failed
    news = [event.data for event in events if event.kind == "progress"]
    assert [data["claim"] for data in news if data["claim"]] == verdict["claims"]
    assert events[-1].kind == "finished"


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_run_of_a_lesson_finishes(lesson: str) -> None:
    spec = lessons()[lesson].run()
    assert events_of(spec)[-1].kind == "finished"


def events_of(spec: RunSpec | PosteriorSpec) -> list[Event]:
    """What the page would be sent."""
    if isinstance(spec, RunSpec):
        return list(simulate(spec))
    events: list[Event] = []
    state, done = None, False
    while not done:
        state, some, done = advance_posterior(spec, state, 10.0)
        events += some
    return events


def test_the_gallery_lists_every_lesson_with_its_text() -> None:
    gallery = describe()
    assert sorted(entry["id"] for entry in gallery) == LESSONS
    assert all(entry["text"] and entry["mathml"].startswith("<math") and entry["room"] for entry in gallery)


def test_a_claim_holds_only_where_every_value_keeps_it() -> None:
    near, far = [1.0, 1.01, 0.99], [1.0, 1.01, 0.9]
    assert agrees("", 1.0, near, 0.02).passed and not agrees("", 1.0, far, 0.02).passed
    assert at_least("", 0.99, near).passed and not at_least("", 0.99, far).passed
    assert at_most("", 1.01, far).passed and not at_most("", 1.0, far).passed
    assert at_least("", 0.9, far)[3:] == (0.0, True, (0.9, 1.01), 3, "at_least")
