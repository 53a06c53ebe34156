"""Curvature at a point."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.experiments.costs import hessian_cost
from app.experiments.events import Event
from app.experiments.hessian import advance_hessian
from app.experiments.jobs._base import Job
from app.experiments.specs import HessianSpec


def collect_hessian(events: Sequence[Event]) -> dict[str, Any]:
    """The data of the single ``hessian`` event."""
    (found,) = (event for event in events if event.kind == "hessian")
    return found.data


JOB = Job(HessianSpec, advance_hessian, hessian_cost, collect_hessian)
