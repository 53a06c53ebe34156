"""The calls of the API, end to end: one spec, one set of numbers, whatever the way it travels."""

from __future__ import annotations

import base64
import json
import os
import signal
import time
from typing import Any

import httpx
import numpy as np
import pytest

from app.api.computations import COMPUTATIONS
from app.api.responses import FRAMINGS
from app.client import ProblemError, Thalweg
from app.experiments.jobs.run import join_columns
from app.experiments.run import advance
from app.experiments.specs import RunSpec
from app.serving.values import plain
from app.serving.wire import Encoding, encode
from benchmarks.messages import events_of
from tests.api.conftest import Live, wait

RACE = {
    "objective": {"kind": "rosenbrock"},
    "optimisers": [{"kind": "gradient_descent", "learning_rate": 0.001}, {"kind": "adam", "learning_rate": 0.05}],
    "start": {"point": [-1.5, 2.0]},
    "steps": 150,
    "view": {"resolution": [33, 33]},
}
NETWORK = {
    "kind": "network",
    "layers": [{"units": 6, "activation": "tanh"}],
    "data": {"kind": "moons", "n": 100, "noise": 0.1, "seed": 0},
    "loss": {"kind": "cross_entropy"},
}
TRAINING = {
    "objective": NETWORK,
    "optimisers": [{"kind": "adam", "learning_rate": 0.05}],
    "steps": 60,
    "batch_size": 16,
}
TABLE = {
    "kind": "table",
    "inputs": [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]],
    "targets": [0.0, 1.0, 1.0, 2.0],
    "task": "regression",
}
DIVERGING = {
    "objective": {"kind": "quadratic"},
    "optimisers": [{"kind": "gradient_descent", "learning_rate": 50.0}],
    "steps": 500,
}
OWN = {
    "objective": {**NETWORK, "layers": [], "data": TABLE, "loss": {"kind": "squared_error"}},
    "optimisers": [{"kind": "gradient_descent", "learning_rate": 0.1}],
    "steps": 20,
}
SPECS = {"race": RACE, "training": TRAINING, "own data": OWN, "diverging": DIVERGING}
each_spec = pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS.keys())


def ndjson(server: Live, spec: Any, query: str = "", path: str = "/api/runs") -> list[dict[str, Any]]:
    """The events of a stream of lines."""
    response = server.post(path + query, spec, headers={"Accept": "application/x-ndjson"})
    assert response.headers["content-type"].startswith("application/x-ndjson")
    return [json.loads(line) for line in response.text.splitlines()]


def sse(server: Live, spec: Any, query: str = "") -> list[dict[str, Any]]:
    """The events of an event stream; each is named by its kind."""
    response = server.post("/api/runs" + query, spec, headers={"Accept": "text/event-stream"})
    assert response.headers["content-type"].startswith("text/event-stream")
    blocks = [block.split("\n") for block in response.text.removesuffix("\n\n").split("\n\n")]
    events = [json.loads(data.removeprefix("data: ")) for _, data in blocks]
    assert [name.removeprefix("event: ") for name, _ in blocks] == [event["kind"] for event in events]
    return events


def messages(server: Live, spec: Any, query: str = "", path: str = "/api/runs") -> list[dict[str, Any]]:
    """The events of a stream of binary messages, columns as lists."""
    response = server.post(path + query, spec, headers={"Accept": "application/vnd.thalweg.events"})
    assert response.headers["content-type"] == "application/vnd.thalweg.events"
    return [plain(event, lambda array, *_: array.tolist()) for event in events_of(response.content)]


def unpacked(value: Any) -> Any:
    """base64 columns as lists."""
    if isinstance(value, list):
        return [unpacked(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "base64" in value:
        raw = base64.b64decode(value["base64"])
        return np.frombuffer(raw, np.dtype(value["dtype"]).newbyteorder("<")).reshape(value["shape"]).tolist()
    return {key: unpacked(item) for key, item in value.items()}


@each_spec
def test_lines_and_event_streams_carry_the_same_events(real: Live, spec: Any) -> None:
    events = ndjson(real, spec)
    assert events == sse(real, spec)
    assert (events[0]["kind"], events[-1]["kind"]) == ("started", "finished")


@each_spec
def test_columns_in_base64_hold_the_same_numbers(real: Live, spec: Any) -> None:
    as_json, as_base64 = ndjson(real, spec), ndjson(real, spec, "?columns=base64")
    for one, other in zip(as_json, map(unpacked, as_base64), strict=True):
        assert one.keys() == other.keys()
        for key, value in one.items():
            if isinstance(value, list) and key not in ("names", "layers", "runs", "paths", "labels"):
                np.testing.assert_allclose(np.array(other[key], float), np.array(value, float), rtol=1e-6)


@each_spec
def test_binary_messages_hold_the_very_numbers_of_base64(real: Live, spec: Any) -> None:
    as_base64 = [unpacked(event) for event in ndjson(real, spec, "?columns=base64")]
    assert messages(real, spec) == as_base64


def test_every_call_that_streams_streams_messages(real: Live) -> None:
    landscape = {"objective": {"kind": "himmelblau"}, "resolution": [9, 7]}
    for path, spec in (("/api/landscapes", landscape), ("/api/lessons/quadratic_rates/check", {})):
        assert messages(real, spec, path=path) == [unpacked(e) for e in ndjson(real, spec, "?columns=base64", path)]


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("application/vnd.thalweg.events", "application/vnd.thalweg.events"),
        ("application/vnd.thalweg.events, application/json;q=0.9", "application/vnd.thalweg.events"),
        ("application/vnd.thalweg.events;q=0.5, application/x-ndjson", "application/x-ndjson"),
        ("application/vnd.thalweg.events;q=0, application/*;q=0.1", "application/json"),
        (
            "application/json;q=0.2, application/*;q=0.1, application/vnd.thalweg.events;q=0.3",
            "application/vnd.thalweg.events",
        ),
        ("application/*", "application/json"),
        ("*/*", "application/json"),
    ],
)
def test_messages_come_only_to_those_who_like_them_best(real: Live, accept: str, chosen: str) -> None:
    response = real.post("/api/landscapes", {"objective": "booth", "resolution": [3, 3]}, headers={"Accept": accept})
    assert response.headers["content-type"].split(";")[0] == chosen and response.headers["vary"] == "Accept"


def test_messages_are_one_reply_whatever_json_would_do_with_columns(real: Live) -> None:
    accept = {"Accept": "application/vnd.thalweg.events"}
    first, second = (real.post(f"/api/runs?columns={columns}", RACE, headers=accept) for columns in ("json", "base64"))
    assert first.headers["etag"] == second.headers["etag"] and first.content == second.content
    other = real.post("/api/runs", RACE, headers={"Accept": "application/x-ndjson"})
    assert other.headers["etag"] != first.headers["etag"]


@each_spec
def test_the_whole_run_at_once_is_its_events_joined(real: Live, spec: Any) -> None:
    events, whole = ndjson(real, spec), real.post("/api/runs", spec).json()
    assert whole["hash"] == events[0]["hash"] and whole["spec"] == events[0]["spec"]
    for run, found in enumerate(whole["runs"]):
        frames = [event for event in events if event["kind"] == "frames" and event["run"] == run]
        for column in ("step", "loss", "position", "gradient_norm"):
            assert found[column] == [value for batch in frames for value in batch[column]]
        for layer in found.get("layers", {}):
            joined = [v for batch in frames for v in batch["layers"][layer]["gradient_norm"]]
            assert found["layers"][layer]["gradient_norm"] == joined


@each_spec
@pytest.mark.parametrize("framing", ["ndjson", "sse", "messages"])
def test_the_bytes_do_not_depend_on_slices_workers_or_the_process(real: Live, spec: Any, framing: Any) -> None:
    def sliced(budget: float) -> bytes:
        state, done, chunks = None, False, []
        while not done:
            state, events, done = advance(RunSpec.model_validate(spec), state, budget)
            chunks.append(encode(events, Encoding(framing)))
        return b"".join(chunks)

    (media,) = (media for media, framed in FRAMINGS.items() if framed == framing)
    served = [real.post("/api/runs", spec, headers={"Accept": media}).content for _ in range(2)]
    assert sliced(0.0) == sliced(0.005) == sliced(1e9) == served[0] == served[1]


def test_a_diverging_run_says_at_which_step_and_what_would_do(real: Live) -> None:
    events = ndjson(real, DIVERGING)
    (diverged,) = [event for event in events if event["kind"] == "diverged"]
    assert diverged["step"] > 0 and 0 < diverged["suggested_learning_rate"] < 50.0 and diverged["message"]
    assert real.post("/api/runs", DIVERGING).json()["runs"][0]["diverged"]["step"] == diverged["step"]


def test_a_line_through_four_points_is_found_in_own_data(real: Live) -> None:
    spec = {**OWN, "steps": 4000, "record": {"every": 4000}}
    final = real.post("/api/runs", spec).json()["runs"][0]["final"]
    np.testing.assert_allclose(final, [1.0, 1.0, 0.0], atol=1e-6)


def test_a_worker_killed_in_the_middle_leaves_no_trace(real: Live) -> None:
    spec = {**TRAINING, "steps": 6000}
    calm = real.post("/api/runs", spec, headers={"Accept": "application/x-ndjson"}).content
    replaced = real.app.state.pool.replaced
    with real.http.stream("POST", "/api/runs", json=spec, headers={"Accept": "application/x-ndjson"}) as response:
        pieces = response.iter_raw()
        body = next(pieces)
        for pid in real.app.state.pool.pids():
            os.kill(pid, signal.SIGKILL)
        body += b"".join(pieces)
    assert real.app.state.pool.replaced > replaced
    assert body == calm


def test_a_reader_who_leaves_stops_the_work(real: Live) -> None:
    dispatcher = real.app.state.dispatcher
    for accept in FRAMINGS:
        spec = {**TRAINING, "steps": 100_000}
        with real.http.stream("POST", "/api/runs", json=spec, headers={"Accept": accept}) as response:
            pieces = response.iter_raw()  # dropping the iterator would close the connection
            assert next(pieces)
            assert dispatcher.places.taken == 1
        wait(lambda: dispatcher.places.taken == 0 and dispatcher.counters.in_flight == 0)
        submitted = dispatcher.counters.submitted
        time.sleep(0.2)
        assert dispatcher.counters.submitted == submitted


def test_a_reader_who_leaves_before_a_whole_reply_stops_the_work(real: Live) -> None:
    dispatcher = real.app.state.dispatcher
    with pytest.raises(httpx.ReadTimeout):
        real.http.post("/api/runs", json={**TRAINING, "steps": 100_000}, timeout=0.5)
    wait(lambda: dispatcher.places.taken == 0 and dispatcher.counters.in_flight == 0)
    submitted = dispatcher.counters.submitted
    time.sleep(0.2)
    assert dispatcher.counters.submitted == submitted


@pytest.mark.parametrize(
    ("path", "spec"),
    [
        ("/api/runs", RACE),
        ("/api/landscapes", {"objective": {"kind": "himmelblau"}, "resolution": [9, 7]}),
        ("/api/derivatives", {"objective": {"kind": "beale"}, "parameters": [1.0, 1.0]}),
        ("/api/objectives", {"objective": {"kind": "booth"}}),
    ],
)
def test_what_the_client_has_is_not_computed_again(real: Live, path: str, spec: Any) -> None:
    first = real.post(path, spec)
    tag, submitted = first.headers["etag"], real.app.state.dispatcher.counters.submitted
    again = real.post(path, spec, headers={"If-None-Match": f'"other", W/{tag}'})
    assert again.status_code == 304 and not again.content and again.headers["etag"] == tag
    assert real.app.state.dispatcher.counters.submitted == submitted
    other = real.post(path + "?columns=base64", spec, headers={"If-None-Match": tag})
    assert other.status_code == 200 and other.headers["etag"] != tag


GRID = {
    "objective": {"kind": "formula", "expression": "log(x) + y^2"},
    "window": [-1, 1, -1, 1],
    "resolution": [21, 11],
}


def test_a_landscape_is_the_same_in_all_its_forms(real: Live) -> None:
    whole = real.post("/api/landscapes", GRID).json()
    fine = [e for e in ndjson(real, GRID, path="/api/landscapes") if e["kind"] == "landscape"][-1]
    assert {key: fine[key] for key in whole} == whole
    body = real.post("/api/landscapes", GRID, headers={"Accept": "application/octet-stream"}).content
    header = json.loads(body[4 : 4 + int.from_bytes(body[:4], "little")])
    grid = np.frombuffer(body, "<f4", offset=header["loss"]["offset"]).reshape(header["loss"]["shape"])
    np.testing.assert_allclose(grid, np.array(whole["loss"], float), rtol=1e-6)
    assert header["x"] == whole["x"] and len(whole["x"]) == 21 and len(whole["y"]) == 11
    assert whole["holes"] == np.isnan(grid).sum() > 0


def test_a_landscape_comes_coarse_then_fine(real: Live) -> None:
    spec = {"objective": NETWORK, "plane": {"kind": "random", "seed": 1}, "resolution": [41, 41]}
    events = ndjson(real, spec, path="/api/landscapes")
    assert [e.get("level") for e in events if e["kind"] == "landscape"] == ["coarse", "fine"]


def test_derivatives_agree_with_independent_ones(real: Live) -> None:
    reply = real.post("/api/derivatives", {"objective": {"kind": "rosenbrock"}, "parameters": [-1.0, 1.0]}).json()
    assert reply["loss"] == pytest.approx(4.0) and reply["gradient"] == pytest.approx([-4.0, 0.0])
    assert reply["checks"]["complex_step"]["max_relative_error"] < 1e-12


EXAMPLES = [pytest.param(c.path, body, id=title) for c in COMPUTATIONS for title, body in c.examples.items()]


@pytest.mark.parametrize(("path", "body"), EXAMPLES)
def test_every_example_of_the_reference_works(real: Live, path: str, body: Any) -> None:
    assert real.post(path, body).is_success


def test_the_client_gives_what_the_api_gives(real: Live) -> None:
    with Thalweg(real.url) as thalweg:
        whole, events = thalweg.run(RACE), list(thalweg.stream(RACE))
        frames = [
            {k: np.array(v) for k, v in e.items() if k not in ("kind", "run")}
            for e in events
            if e["kind"] == "frames" and e["run"] == 1
        ]
        assert whole["runs"][1]["loss"] == join_columns(frames)["loss"].tolist()
        assert thalweg.describe({"kind": "booth"})["minima"] == [{"point": [1.0, 3.0], "value": 0.0}]
        assert thalweg.derivatives({"objective": {"kind": "saddle"}, "parameters": [0.0, 0.0]})["gradient"] == [0, 0]
        assert len(thalweg.landscape({"objective": "ackley", "resolution": [5, 4]})["loss"]) == 4
        assert {e["kind"] for e in thalweg.catalogue()["optimisers"]} >= {"adam", "sgd"}
        assert all(lesson["id"] for lesson in thalweg.lessons())


def test_the_client_raises_the_servers_report(real: Live, fake: Live) -> None:
    with Thalweg(real.url) as thalweg:
        for refused in (lambda: thalweg.run({}), lambda: list(thalweg.stream({})), lambda: thalweg.check("alchemy")):
            with pytest.raises(ProblemError) as caught:
                refused()
            assert caught.value.report["status"] in (404, 422) and caught.value.report["detail"] in str(caught.value)
    with Thalweg(fake.url) as thalweg, pytest.raises(ProblemError, match="500"):
        list(thalweg.stream({"n": 9, "pause": 0.006, "fail_at": 5}))
