"""The reply of a Hessian is its objective's curvature, whatever it was cut into, and refusals say what to ask."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

from app.core.errors import SpecError
from app.core.interfaces import Array
from app.experiments.build import build_objective
from app.experiments.costs import hessian_cost
from app.experiments.events import Event
from app.experiments.hessian import advance_hessian
from app.experiments.hessian_limits import EXACT_LIMIT, MATRIX_LIMIT, SPECTRUM_LIMIT
from app.experiments.jobs.hessian import collect_hessian
from app.experiments.specs import HessianSpec
from tests.experiments.wire_bytes import comparable


def network(*units: int) -> dict[str, Any]:
    layers = [{"units": count, "activation": "tanh"} for count in units]
    return {"kind": "network", "layers": layers, "data": {"kind": "moons", "n": 40}}


SMALL, MIDDLE, LARGE, HUGE = network(5), network(25, 25), network(35, 35), network(60, 60)


def events_of(budget: float = 10.0, **fields: Any) -> list[Event]:
    """All events, the state pickled between slices as it is between processes."""
    spec = HessianSpec.model_validate(fields)
    events: list[Event] = []
    state, done = None, False
    while not done:
        state, some, done = advance_hessian(spec, pickle.loads(pickle.dumps(state)), budget)
        events += some
    return events


def reply(**fields: Any) -> dict[str, Any]:
    return collect_hessian(events_of(**fields))


def matrix_of(found: dict[str, Any], objective: dict[str, Any]) -> Array:
    spec = HessianSpec.model_validate({"objective": objective})
    return build_objective(spec.objective).hessian(found["parameters"])


def test_the_networks_of_these_tests_take_every_route() -> None:
    specs = [HessianSpec.model_validate({"objective": net}) for net in (SMALL, MIDDLE, LARGE, HUGE)]
    small, middle, large, huge = (build_objective(spec.objective).dim for spec in specs)
    assert small <= EXACT_LIMIT < middle <= MATRIX_LIMIT < large <= SPECTRUM_LIMIT < huge


def test_a_small_network_is_answered_in_full() -> None:
    found = reply(objective=SMALL, matrix=True, vectors=True, seed=3)
    matrix = matrix_of(found, SMALL)
    known = np.linalg.eigvalsh(matrix)[::-1]
    assert found["exact"] and found["dim"] == len(known) == found["top"]
    np.testing.assert_allclose(found["eigenvalues"], known, atol=1e-13)
    np.testing.assert_array_equal(found["matrix"].array, matrix)
    rebuilt = found["vectors"].T @ (found["eigenvalues"][:, None] * found["vectors"])
    np.testing.assert_allclose(rebuilt, matrix, atol=1e-13)
    assert found["trace"] == pytest.approx(known.sum(), abs=1e-12) and found["trace_standard_error"] == 0
    assert found["index"] == (known < 0).sum() and found["kind"] == "saddle"
    assert len(found["names"]) == found["dim"] and found["blocks"]["borders"][-1] == found["dim"]


@pytest.mark.parametrize("matrix", [True, False])
def test_a_middling_network_is_answered_by_lanczos(matrix: bool) -> None:
    found = reply(objective=MIDDLE, top=4, bottom=3, matrix=matrix, seed=1)
    known = np.linalg.eigvalsh(matrix_of(found, MIDDLE))[::-1]
    assert not found["exact"] and (found["top"], found["bottom"], found["unconverged"]) == (4, 3, 0)
    np.testing.assert_allclose(found["eigenvalues"], np.r_[known[:4], known[-3:]], atol=1e-9)
    assert found["residuals"].max() < 1e-8 and found["kind"] == "saddle" and found["index"] is None
    assert abs(found["trace"] - known.sum()) <= 4 * found["trace_standard_error"] + 1e-12
    assert (found["trace_standard_error"] == 0) == matrix == ("matrix" in found)


def test_all_eigenvalues_of_a_larger_network_come_when_none_are_named() -> None:
    found = reply(objective=LARGE)
    np.testing.assert_allclose(found["eigenvalues"], np.linalg.eigvalsh(matrix_of(found, LARGE))[::-1], atol=1e-12)


def test_one_end_is_shown_but_both_decide_the_kind() -> None:
    found = reply(objective=MIDDLE, top=2)
    assert len(found["eigenvalues"]) == found["top"] == 2 and found["bottom"] == 0 and found["kind"] == "saddle"


def test_no_eigenvalues_can_be_asked_for() -> None:
    found = reply(objective=MIDDLE, top=0, bottom=0)
    assert found["eigenvalues"].size == 0 and found["kind"] is None and found["critical"] is None
    assert reply(objective=SMALL, top=0)["eigenvalues"].size == 0


@pytest.mark.parametrize("objective", [SMALL, MIDDLE], ids=["exact", "lanczos"])
def test_slicing_never_shows_in_the_events(objective: dict[str, Any]) -> None:
    fields = {"objective": objective, "top": 2, "bottom": 2, "density": {"probes": 3, "steps": 20}}
    assert comparable(events_of(0.0, **fields)) == comparable(events_of(10.0, **fields))


def test_progress_counts_to_the_last_piece() -> None:
    events = events_of(0.0, objective=MIDDLE, top=1, density={"probes": 2, "steps": 5, "layers": False})
    news = [event.data for event in events if event.kind == "progress"]
    stages = [(data["step"], data["of"], data["what"]) for data in news if data["pieces"] is None]
    assert stages == [(1, 4, "eigenvalues"), (2, 4, "trace"), (3, 4, "density")]
    assert [data["pieces"] for data in news if data["step"] == 0] == [25 * (i + 1) for i in range(len(news) - 3)]
    assert [event.kind for event in events[-2:]] == ["hessian", "finished"]


def test_a_density_in_single_precision_is_the_same_picture() -> None:
    fields = {"objective": MIDDLE, "top": 1, "bottom": 1}
    asked = {"probes": 3, "steps": 30, "layers": True}
    fine, rough = (reply(**fields, density=asked | {"precision": p})["density"] for p in ("float64", "float32"))
    for one, other in zip([fine, *fine["layers"]], [rough, *rough["layers"]], strict=True):
        np.testing.assert_allclose(other["density"], one["density"], atol=1e-2 * one["density"].max())
    assert np.any(fine["density"] != rough["density"])


def test_a_surface_is_not_drawn_in_single_precision() -> None:
    with pytest.raises(SpecError, match="float32 is for networks") as refused:
        reply(objective={"kind": "rosenbrock"}, density={"precision": "float32"})
    assert refused.value.pointer == "/density/precision"


@pytest.mark.parametrize("objective", [SMALL, MIDDLE], ids=["exact", "lanczos"])
def test_the_density_is_that_of_the_spectrum_and_of_each_layer(objective: dict[str, Any]) -> None:
    found = reply(objective=objective, top=2, bottom=2, density={"probes": 200, "steps": 80, "smoothing": 0.02})
    density, matrix = found["density"], matrix_of(found, objective)
    layers = build_objective(HessianSpec.model_validate({"objective": objective}).objective).layers
    assert (density["probes"] is None) == found["exact"]
    assert [layer["name"] for layer in density["layers"]] == [layer.name for layer in layers]
    blocks = [matrix, *(matrix[layer.start : layer.stop, layer.start : layer.stop] for layer in layers)]
    x, sigma = density["x"], density["sigma"]
    for part, block in zip([density, *density["layers"]], blocks, strict=True):
        standard = (x[:, None] - np.linalg.eigvalsh(block)) / sigma
        exact = np.exp(-0.5 * standard**2).mean(axis=1) / (sigma * np.sqrt(2 * np.pi))
        assert np.trapezoid(np.abs(part["density"] - exact), x) <= 0.01


@pytest.mark.parametrize(
    ("surface", "point", "kind", "index", "critical"),
    [
        ("himmelblau", [3.0, 2.0], "minimum", 0, True),
        ("himmelblau", [3.385154183607, 0.073851879838], "saddle", 1, True),
        ("himmelblau", [-0.270844590667, -0.923038522155], "maximum", 2, True),
        ("rosenbrock", [1.0, 1.0], "minimum", 0, True),
        ("rosenbrock", [-1.0, 1.0], "minimum", 0, False),
        ("monkey_saddle", [0.0, 0.0], "flat", 0, True),
        ("saddle", [0.0, 0.0], "saddle", 1, True),
    ],
)
def test_known_points_of_known_surfaces(
    surface: str, point: list[float], kind: str, index: int, critical: bool
) -> None:
    found = reply(objective=surface, parameters=point)
    assert (found["kind"], found["index"], found["critical"]) == (kind, index, critical)


@pytest.mark.parametrize(
    ("fields", "pointer", "says"),
    [
        ({"objective": "booth", "parameters": [1.0]}, "/parameters", "1 parameters were given but the objective has 2"),
        ({"objective": "booth", "top": 3}, "/top", "3 eigenvalues must be at most 2"),
        ({"objective": "booth", "bottom": 3}, "/bottom", "3 eigenvalues must be at most 2"),
        ({"objective": HUGE}, "/top", 'ask for some eigenvalues ("top": 10'),
        ({"objective": HUGE, "top": 1, "matrix": True}, "/matrix", "at most 1,100 × 1,100"),
        ({"objective": HUGE, "matrix": True}, "/matrix", "at most 1,100 × 1,100"),
        ({"objective": HUGE, "top": 101}, "/top", "at most 100 from one end"),
        ({"objective": HUGE, "bottom": 101}, "/bottom", "at most 100 from one end"),
        ({"objective": LARGE, "vectors": True}, "/vectors", "leave vectors out"),
        (
            {"objective": {"kind": "formula", "expression": "log(x)"}, "parameters": [-1.0, 0.0]},
            "/parameters",
            "finite",
        ),
        (
            {"objective": {"kind": "formula", "expression": "sqrt(x)"}, "parameters": [0.0, 0.0]},
            "/parameters",
            "finite",
        ),
    ],
)
def test_what_cannot_be_answered_says_where_and_what_to_ask_instead(
    fields: dict[str, Any], pointer: str, says: str
) -> None:
    with pytest.raises(SpecError) as caught:
        reply(**fields)
    assert caught.value.pointer == pointer and says in caught.value.message


def test_more_costs_more() -> None:
    def seconds(**fields: Any) -> float:
        return hessian_cost(HessianSpec.model_validate(fields)).seconds

    few = seconds(objective=MIDDLE, top=1)
    assert few < seconds(objective=MIDDLE, top=50) < seconds(objective=MIDDLE, top=50, density=True)
    assert seconds(objective=SMALL) < few and seconds(objective=MIDDLE) < seconds(objective=LARGE)


@pytest.mark.parametrize("size", [1e75, 1e100])
def test_a_point_whose_norms_are_not_finite_is_refused(size: float) -> None:
    layers = [{"units": 3, "activation": "sine"}] * 2
    objective = {"kind": "network", "layers": layers, "data": {"kind": "moons", "n": 40}}
    assert reply(objective=objective, parameters=[1e50] * 25, matrix=True)["blocks"]
    with pytest.raises(SpecError, match=r"not finite .* choose another point"):
        reply(objective=objective, parameters=[size] * 25, matrix=True)
