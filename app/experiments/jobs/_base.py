"""What a job is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from app.core.spec import Spec
from app.experiments.costs import Cost
from app.experiments.events import Event
from app.experiments.run import Slice


class Job(NamedTuple):
    """A computation: the spec it takes, how it advances, what it costs, and how its events make one reply."""

    spec: type[Spec]
    advance: Callable[[Any, Any, float], Slice]
    cost: Callable[[Any], Cost]
    collect: Callable[[Sequence[Event]], dict[str, Any]]


def collect_result(events: Sequence[Event]) -> dict[str, Any]:
    """The data of the single ``result`` event."""
    (result,) = (event for event in events if event.kind == "result")
    return result.data
