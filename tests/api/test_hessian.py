"""``POST /api/hessian`` and ``curvature`` events over the wire."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from app.client import Thalweg
from tests.api.conftest import Live
from tests.api.test_calls import NETWORK, ndjson, unpacked
from tests.api.test_refusals import problem

WIDE = NETWORK | {"layers": [{"units": 25, "activation": "tanh"}] * 2}
HUGE = NETWORK | {"layers": [{"units": 60, "activation": "tanh"}] * 2}
SADDLE = {"objective": {"kind": "saddle"}, "parameters": [0.0, 0.0]}


def test_a_saddle_is_called_one(real: Live) -> None:
    found = real.post("/api/hessian", SADDLE | {"matrix": True, "vectors": True}).json()
    assert found["kind"] == "saddle" and found["index"] == 1 and found["critical"] and found["exact"]
    assert found["eigenvalues"] == sorted(found["eigenvalues"], reverse=True)
    values, vectors = np.array(found["eigenvalues"]), np.array(found["vectors"])
    np.testing.assert_allclose((vectors.T * values) @ vectors, found["matrix"], atol=1e-12)
    assert found["trace"] == pytest.approx(sum(found["eigenvalues"])) and found["blocks"] is None


@pytest.mark.parametrize("objective", [NETWORK, WIDE], ids=["exact", "lanczos"])
def test_a_stream_ends_in_the_reply(real: Live, objective: dict[str, Any]) -> None:
    spec = {"objective": objective, "top": 3, "bottom": 3, "density": {"probes": 3, "steps": 30}}
    events, whole = ndjson(real, spec, path="/api/hessian"), real.post("/api/hessian", spec).json()
    *progress, hessian, finished = events
    assert {event["kind"] for event in progress} <= {"progress"} and finished["kind"] == "finished"
    assert hessian == whole
    compact = real.post("/api/hessian?columns=base64", spec).json()
    np.testing.assert_allclose(unpacked(compact)["eigenvalues"], whole["eigenvalues"], rtol=1e-12)


def test_the_client_asks_for_a_hessian(real: Live) -> None:
    with Thalweg(real.url) as thalweg:
        assert thalweg.hessian(SADDLE)["kind"] == "saddle"


@pytest.mark.parametrize(
    ("fields", "pointer", "says"),
    [
        ({"top": 3}, "/top", "at most 2"),
        ({"top": -1}, "/top", "at least 0"),
        ({"top": 1.5}, "/top", "whole"),
        ({"bottom": True}, "/bottom", "bool"),
        ({"parameters": [1.0]}, "/parameters", "the objective has 2"),
        ({"objective": {"kind": "formula", "expression": "log(x)"}}, "/parameters", "not finite"),
        ({"density": 3}, "/density", ""),
        ({"density": {"probes": 1}}, "/density/probes", "at least 2"),
        ({"density": {"width": 1}}, "/density/width", "known fields"),
        ({"flat": -1}, "/flat", "at least 0"),
        ({"objective": HUGE, "parameters": None}, "/top", "at most 2,500 parameters"),
        ({"objective": HUGE, "parameters": None, "top": 1, "matrix": True}, "/matrix", "1,100"),
    ],
)
def test_a_hessian_that_cannot_be_had(real: Live, fields: dict[str, Any], pointer: str, says: str) -> None:
    report = problem(real.post("/api/hessian", SADDLE | fields), 422, "invalid-spec")
    assert report["errors"][0]["pointer"] == pointer and says in report["errors"][0]["detail"], report


def test_a_point_must_be_finite(real: Live) -> None:
    problem(real.post("/api/hessian", b'{"objective": "saddle", "parameters": [NaN, 0]}'), 400, "invalid-json")


def test_a_hessian_that_costs_too_much_says_what_to_reduce(real: Live) -> None:
    wide = NETWORK | {"layers": [{"units": 400, "activation": "tanh"}] * 2, "data": {"kind": "moons", "n": 5000}}
    spec = {"objective": wide, "top": 5, "density": {"probes": 100}}
    report = problem(real.post("/api/hessian", spec), 422, "too-costly")
    assert "probes" in report["advice"]


TRACKED = {
    "objective": NETWORK,
    "optimisers": [{"kind": "gradient_descent", "learning_rate": 0.1}, {"kind": "adam", "learning_rate": 0.01}],
    "steps": 40,
    "record": {"every": 10, "curvature": {"every": 10, "top": 2, "bottom": 1}},
}


def test_a_run_carries_its_curvature(real: Live) -> None:
    whole, events = real.post("/api/runs", TRACKED).json(), ndjson(real, TRACKED)
    for run, found in enumerate(whole["runs"]):
        own = [e for e in events if e["kind"] == "curvature" and e["run"] == run]
        assert [{k: v for k, v in e.items() if k not in ("kind", "run")} for e in own] == found["curvature"]
        assert [e["step"] for e in own] == [0, 10, 20, 30, 40]
    assert whole["runs"][0]["curvature"][0]["threshold"] == pytest.approx(20.0)
    assert len(whole["runs"][1]["curvature"][0]["preconditioned_eigenvalues"]) == 3


def test_the_bytes_of_a_tracked_run_do_not_depend_on_the_worker(real: Live) -> None:
    lines = [real.post("/api/runs", TRACKED, headers={"Accept": "application/x-ndjson"}).content for _ in range(2)]
    assert lines[0] == lines[1] and json.loads(lines[0].splitlines()[0])["spec"]["record"]["curvature"]["top"] == 2


@pytest.mark.parametrize(
    ("curvature", "pointer", "says"),
    [
        ({"every": 0}, "/record/curvature/every", "at least 1"),
        ({"top": 21}, "/record/curvature/top", "at most 20"),
        ({"top": 0}, "/record/curvature", "at least one eigenvalue"),
        ({"top": 3}, "/record/curvature/top", "at most 2"),
    ],
)
def test_a_curvature_that_cannot_be_tracked(real: Live, curvature: dict[str, int], pointer: str, says: str) -> None:
    spec = TRACKED | {"objective": {"kind": "booth"}, "record": {"curvature": curvature}}
    report = problem(real.post("/api/runs", spec), 422, "invalid-spec")
    assert report["errors"][0]["pointer"] == pointer and says in report["errors"][0]["detail"], report
