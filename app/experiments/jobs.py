"""The pure, sliceable computations a server can run, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from app.core.interfaces import Array
from app.core.spec import Spec
from app.experiments.activations import activations_cost, advance_activations
from app.experiments.calibrations.run import advance_calibration, calibration_cost, collect_calibration
from app.experiments.calibrations.specs import CalibrationSpec
from app.experiments.costs import Cost, derivatives_cost, hessian_cost, landscape_cost, run_cost, small_cost
from app.experiments.derivatives import advance_derivatives
from app.experiments.describe import advance_describe
from app.experiments.events import Event, Single
from app.experiments.exports import advance_export, export_cost
from app.experiments.hessian import advance_hessian
from app.experiments.landscape import advance_landscape
from app.experiments.network_specs import ActivationsSpec, ExportSpec
from app.experiments.path_costs import path_cost, prior_cost
from app.experiments.path_specs import PathSpec, PriorSpec
from app.experiments.paths import advance_path, collect_path
from app.experiments.posteriors.job import collect_posterior, posterior_cost
from app.experiments.posteriors.run import advance_posterior
from app.experiments.posteriors.specs import PosteriorSpec
from app.experiments.priors import advance_prior
from app.experiments.run import Slice, advance
from app.experiments.specs import DerivativesSpec, DescribeSpec, HessianSpec, LandscapeSpec, RunSpec


class Job(NamedTuple):
    """A computation: the spec it takes, how it advances, what it costs, and how its events make one reply."""

    spec: type[Spec]
    advance: Callable[[Any, Any, float], Slice]
    cost: Callable[[Any], Cost]
    collect: Callable[[Sequence[Event]], dict[str, Any]]


NO_COLUMNS: Mapping[str, list[Any]] = MappingProxyType(
    {name: [] for name in ("step", "position", "loss", "gradient_norm", "learning_rate")}
)
"""What a run shows that had nothing to show."""


def collect_result(events: Sequence[Event]) -> dict[str, Any]:
    """The data of the single ``result`` event."""
    (result,) = (event for event in events if event.kind == "result")
    return result.data


def collect_hessian(events: Sequence[Event]) -> dict[str, Any]:
    """The data of the single ``hessian`` event."""
    (found,) = (event for event in events if event.kind == "hessian")
    return found.data


def collect_landscape(events: Sequence[Event]) -> dict[str, Any]:
    """The data of the fine grid."""
    return [event for event in events if event.kind == "landscape"][-1].data


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


JOBS: Mapping[str, Job] = MappingProxyType(
    {
        "run": Job(RunSpec, advance, run_cost, collect_run),
        "landscape": Job(LandscapeSpec, advance_landscape, landscape_cost, collect_landscape),
        "derivatives": Job(DerivativesSpec, advance_derivatives, derivatives_cost, collect_result),
        "hessian": Job(HessianSpec, advance_hessian, hessian_cost, collect_hessian),
        "calibration": Job(CalibrationSpec, advance_calibration, calibration_cost, collect_calibration),
        "path": Job(PathSpec, advance_path, path_cost, collect_path),
        "prior": Job(PriorSpec, advance_prior, prior_cost, collect_result),
        "posterior": Job(PosteriorSpec, advance_posterior, posterior_cost, collect_posterior),
        "describe": Job(DescribeSpec, advance_describe, small_cost, collect_result),
        "activations": Job(ActivationsSpec, advance_activations, activations_cost, collect_result),
        "export": Job(ExportSpec, advance_export, export_cost, collect_result),
    }
)
