"""An objective before it is run: its shape, window, minima and typeset derivatives."""

from __future__ import annotations

from typing import Any

from app.core.interfaces import Data, Objective
from app.experiments.build import build_objective, layered
from app.experiments.events import Event
from app.experiments.run import MAX_NAMES, Slice, layer_table
from app.experiments.specs import DescribeSpec
from app.inference._objectives import Inferred
from app.objectives.surface import Surface
from app.objectives.symbolic import describe_formula

MAX_ROWS = 2_000


def advance_describe(spec: DescribeSpec, state: None, budget: float) -> Slice:
    """The whole answer in one slice: a single ``result`` event."""
    return Slice(None, [Event("result", describe(spec))], True)


def describe(spec: DescribeSpec) -> dict[str, Any]:
    """The reply of ``POST /api/objectives``."""
    objective = build_objective(spec.objective)
    network = layered(objective)
    common = {
        "spec": spec.objective.model_dump(mode="json"),
        "dim": objective.dim,
        "names": list(objective.parameter_names(MAX_NAMES)),
        "layers": layer_table(objective),
        "examples": network.examples if network else None,
    }
    return common | _facts(spec, objective)


def _facts(spec: DescribeSpec, objective: Objective) -> dict[str, Any]:
    if isinstance(spec.objective, Inferred):
        return _inferred(spec.objective)
    return _surface(spec.objective) if isinstance(spec.objective, Surface) else _network(objective, spec.examples)


def _inferred(spec: Inferred) -> dict[str, Any]:
    return {
        "window": spec.window(),
        "start": list(spec.start()),
        "log_height": spec.log_height,
        "suggested_learning_rate": spec.suggested_learning_rate(),
        "minima": [],
        "formula": None,
        "data": None,
    }


def _surface(surface: Surface) -> dict[str, Any]:
    return {
        "window": list(surface.window()),
        "start": list(surface.start()),
        "log_height": surface.log_height,
        "suggested_learning_rate": surface.suggested_learning_rate(),
        "minima": [{"point": list(m.point), "value": m.value} for m in surface.minima()],
        "formula": describe_formula(surface.expression()),
        "data": None,
    }


def _network(objective: Objective, examples: bool) -> dict[str, Any]:
    network = layered(objective)
    assert network is not None
    data = network.data
    facts = {
        "task": data.task,
        "classes": data.classes,
        "features": list(data.feature_names[:MAX_NAMES]),
        "targets": list(data.target_names[:MAX_NAMES]),
        "test_examples": len(data.test_inputs),
        "rows": _rows(data) if examples else None,
    }
    return {
        "window": None,
        "start": None,
        "log_height": False,
        "suggested_learning_rate": None,
        "minima": [],
        "formula": None,
        "data": facts,
    }


def _rows(data: Data) -> dict[str, Any]:
    """The first ``MAX_ROWS`` examples of each part, as the network sees them."""
    parts = ("inputs", "targets", "test_inputs", "test_targets")
    return {part: getattr(data, part)[:MAX_ROWS] for part in parts}
