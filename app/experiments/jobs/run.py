"""Optimisers racing: their columns from end to end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from app.core.interfaces import Array
from app.experiments.costs import run_cost
from app.experiments.events import Event, Single
from app.experiments.jobs._base import Job
from app.experiments.run import advance
from app.experiments.specs import RunSpec

NO_COLUMNS: Mapping[str, list[Any]] = MappingProxyType(
    {name: [] for name in ("step", "position", "loss", "gradient_norm", "learning_rate")}
)
"""What a run shows that had nothing to show."""


def collect_run(events: Sequence[Event]) -> dict[str, Any]:
    """The whole run at once: spec, hash, and each optimiser's columns from end to end."""
    by_kind = {kind: [e.data for e in events if e.kind == kind] for kind in {e.kind for e in events}}
    (started,), (finished,) = by_kind["started"], by_kind["finished"]
    reply = {key: started[key] for key in ("spec", "hash", "dim", "names", "layers", "labels", "start", "examples")}
    reply["runs"] = [
        _whole_run(run, summary, by_kind.get("frames", []), by_kind.get("diverged", []))
        for run, summary in enumerate(finished["runs"])
    ]
    for measure in ("curvature", "network"):
        if started["spec"]["record"][measure]:
            for run, whole in enumerate(reply["runs"]):
                whole[measure] = _of_run(run, by_kind.get(measure, []))
    return reply | ({"landscape": by_kind["landscape"][-1]} if "landscape" in by_kind else {})


def _whole_run(
    run: int, summary: dict[str, Any], frames: list[dict[str, Any]], diverged: list[dict[str, Any]]
) -> dict[str, Any]:
    cut = next((data for data in diverged if data["run"] == run), None)
    return {"summary": summary, **NO_COLUMNS, **join_columns(_of_run(run, frames)), **_ending(summary), "diverged": cut}


def _of_run(run: int, events: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{k: v for k, v in data.items() if k != "run"} for data in events if data["run"] == run]


def _ending(summary: dict[str, Any]) -> dict[str, Any]:
    return {"optimiser": summary["optimiser"], "final": summary["final"]}


def join_columns(batches: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Batches of columns joined end to end, nested columns likewise."""
    return {key: _joined([batch[key] for batch in batches]) for key in (batches[0] if batches else {})}


def _joined(parts: Sequence[Any]) -> Any:
    if isinstance(parts[0], Single):
        return _concatenated([part.array for part in parts])
    return join_columns(parts) if isinstance(parts[0], dict) else _concatenated(parts)


def _concatenated(parts: Sequence[Array]) -> Array:
    return np.concatenate(parts)


JOB = Job(RunSpec, advance, run_cost, collect_run)
