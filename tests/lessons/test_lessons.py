"""Every lesson's claims hold, and the run it opens is one that the product runs."""

from __future__ import annotations

import pytest

from app.experiments.run import simulate
from app.lessons.jobs import LessonSpec, advance_lesson, describe, lessons

LESSONS = sorted(lessons())


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_passes_its_own_check(lesson: str) -> None:
    state, done, events = None, False, []
    while not done:
        state, some, done = advance_lesson(LessonSpec(id=lesson), state, 0.0)
        events += some
    failed = [claim for claim in events[-1].data["claims"] if not claim["passed"]]
    assert events[-1].data["passed"] and not failed, failed


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_run_of_a_lesson_finishes(lesson: str) -> None:
    assert list(simulate(lessons()[lesson].run()))[-1].kind == "finished"


def test_the_gallery_lists_every_lesson_with_its_text() -> None:
    gallery = describe()
    assert sorted(entry["id"] for entry in gallery) == LESSONS
    assert all(entry["text"] and entry["mathml"].startswith("<math") for entry in gallery)
