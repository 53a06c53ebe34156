"""Loss on a grid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.experiments.costs import landscape_cost
from app.experiments.events import Event
from app.experiments.jobs._base import Job
from app.experiments.landscape import advance_landscape
from app.experiments.specs import LandscapeSpec


def collect_landscape(events: Sequence[Event]) -> dict[str, Any]:
    """The data of the fine grid."""
    return [event for event in events if event.kind == "landscape"][-1].data


JOB = Job(LandscapeSpec, advance_landscape, landscape_cost, collect_landscape)
