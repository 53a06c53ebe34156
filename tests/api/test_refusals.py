"""Whatever the body and whatever the request, a refusal is a problem report that says where and why."""

from __future__ import annotations

import json
import socket
import time
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api.computation import STREAMED
from app.api.headers import CONTENT_SECURITY_POLICY
from tests.api.conftest import Live, wait

POSTS = ("/api/runs", "/api/landscapes", "/api/derivatives", "/api/hessian", "/api/objectives")
ADAM = [{"kind": "adam"}]
ROSENBROCK = {"kind": "rosenbrock"}
MOONS = {
    "kind": "network",
    "layers": [{"units": 4, "activation": "tanh"}],
    "data": {"kind": "moons"},
    "loss": {"kind": "cross_entropy"},
}


def problem(response: httpx.Response, status: int, kind: str = "") -> dict[str, Any]:
    """The report of a refusal, checked for its form."""
    assert response.status_code == status, response.text[:500]
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    report: dict[str, Any] = response.json()
    assert {"type", "title", "status", "detail", "errors"} <= report.keys() and report["status"] == status
    assert report["type"].startswith("urn:thalweg:problem:") and report["type"].endswith(kind)
    assert len(response.content) < 30_000
    return report


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "invalid-json"),
        (b"not json", "invalid-json"),
        (b'{"objective": NaN}', "invalid-json"),
        (b'{"objective": Infinity}', "invalid-json"),
        (b'{"objective": {"kind": "rosenbrock", "a": 1e400}}', "invalid-json"),
        (b'{"objective": "\\ud800"}', "invalid-json"),
        (b'{"objective": "\xed\xa0\x80"}', "invalid-json"),
        (b'{"objective": {}, "objective": {}}', "invalid-json"),
        (b"[" * 100_000, "invalid-json"),
        (b'{"objective":' * 100_000, "invalid-json"),
        (b'"' + b"x" * 3_000_000, "invalid-json"),
    ],
)
def test_bodies_that_are_not_json(real: Live, path: str, body: bytes, kind: str) -> None:
    report = problem(real.post(path, body), 400, kind)
    assert report["errors"][0]["detail"]


@pytest.mark.parametrize(
    "body",
    [b"null", b"[]", b"3", b'"' + b"x" * 3_000_000 + b'"', b"[" * 900 + b"]" * 900, b"{}", b'{"x": 1}'],
)
@pytest.mark.parametrize("path", POSTS)
def test_json_that_is_no_spec(real: Live, path: str, body: bytes) -> None:
    problem(real.post(path, body), 422, "invalid-spec")


SPEC = {"objective": ROSENBROCK, "optimisers": ADAM, "steps": 3}


@pytest.mark.parametrize(
    ("change", "pointer", "says"),
    [
        ({"objective": {"kind": "rosenbrok"}}, "/objective/kind", "rosenbrock"),
        ({"objective": "rosenbrok"}, "/objective", "rosenbrock"),
        ({"objective": {"a": 1}}, "/objective", "kind"),
        ({"objective": {"kind": "rosenbrock", "c": 1}}, "/objective/c", "known fields"),
        ({"objective": {"kind": "rosenbrock", "a": "1"}}, "/objective/a", "number"),
        ({"objective": {"kind": "formula", "expression": "x^2 +* y"}}, "/objective/expression", ""),
        ({"objective": {"kind": "formula", "expression": "9**9**9**9"}}, "/objective/expression", ""),
        ({"objective": {"kind": "formula", "expression": "(" * 200}}, "/objective/expression", ""),
        ({"objective": {"kind": "formula", "expression": "x" * 1_000_000}}, "/objective/expression", ""),
        ({"objective": {"kind": "formula", "expression": "__import__('os')"}}, "/objective/expression", ""),
        ({"objective": {**MOONS, "layers": [{"units": 0}]}}, "/objective/layers/0/units", "1"),
        (
            {"objective": {**MOONS, "layers": [{"units": 2, "activation": "tan"}]}},
            "/objective/layers/0/activation",
            "tanh",
        ),
        ({"objective": {**MOONS, "data": {"kind": "moon"}}}, "/objective/data/kind", "moons"),
        ({"objective": {**MOONS, "loss": "crossentropy"}}, "/objective/loss", "cross_entropy"),
        ({"optimisers": []}, "/optimisers", "1"),
        ({"optimisers": [{"kind": "adam"}, {"kind": "adamm"}]}, "/optimisers/1/kind", "adamw"),
        (
            {"optimisers": [{"kind": "adam", "learning_rate": -1}]},
            "/optimisers/0/learning_rate",
            "-1 must be greater than 0",
        ),
        ({"steps": True}, "/steps", "bool"),
        ({"steps": 1.5}, "/steps", "whole"),
        ({"steps": 0}, "/steps", "0 must be at least 1"),
        ({"steps": 10**9}, "/steps", "at most"),
        ({"step": 3}, "/step", 'did you mean "steps"'),
        ({"seed": False}, "/seed", "bool"),
        ({"start": {"parameters": [1, "2"]}}, "/start/parameters/1", "number"),
        ({"start": {"parameters": [1, True]}}, "/start/parameters/1", "number"),
        ({"start": [1, 2, 3]}, "/start/parameters", "2"),
        ({"batch_size": 4}, "/batch_size", "examples"),
        ({"view": {"window": [1, 0, 0, 1]}}, "/view/window", "x0 < x1"),
    ],
)
def test_specs_that_cannot_be_carried_out(real: Live, change: dict[str, Any], pointer: str, says: str) -> None:
    report = problem(real.post("/api/runs", SPEC | change), 422, "invalid-spec")
    assert report["errors"][0]["pointer"] == pointer, report
    assert says in report["errors"][0]["detail"]


def test_an_error_in_a_formula_points_at_the_character(real: Live) -> None:
    body = {"objective": {"kind": "formula", "expression": "x^2 + sinn(y)"}}
    (error,) = problem(real.post("/api/objectives", body), 422)["errors"]
    assert error["pointer"] == "/objective/expression" and error["position"] == 6


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content-Type": ""}, 415),
        ({"Content-Type": "application/json; charset=latin-1"}, 415),
        ({"Content-Type": "nonsense"}, 415),
        ({"Content-Type": "application/json; charset=utf-8"}, 200),
        ({"Content-Type": "application/vnd.thalweg+json"}, 200),
        ({"Accept": "text/html"}, 406),
        ({"Accept": "application/json;q=0"}, 406),
        ({"Accept": "*/*;q=0"}, 406),
        ({"Accept": "nonsense"}, 406),
        ({"Accept": "text/html, */*;q=0.1"}, 200),
        ({"Accept": "application/vnd.thalweg.events"}, 200),
        ({"Accept": "application/vnd.thalweg.events;q=0"}, 406),
    ],
)
def test_media_types_are_insisted_on(fake: Live, headers: dict[str, str], status: int) -> None:
    response = fake.post("/api/runs", b'{"n": 2}', headers=headers)
    assert response.status_code == status
    if status != 200:
        problem(response, status)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/runs", 405),
        ("DELETE", "/api/landscapes", 405),
        ("POST", "/api/catalogue", 405),
        ("PUT", "/healthz", 405),
        ("GET", "/api/nothing", 404),
        ("POST", "/api/nothing", 404),
        ("GET", "/api", 404),
        ("GET", "/api/runs/", 404),
        ("POST", "/nothing", 404),
        ("GET", "/nothing.js", 404),
        ("GET", "/../pyproject.toml", 404),
        ("GET", "/%2e%2e/pyproject.toml", 404),
        ("GET", "/vendor/plotly-0.0.0.min.js", 404),
        ("GET", "/{braces}", 404),
    ],
)
def test_addresses_and_methods_that_do_not_exist(fake: Live, method: str, path: str, status: int) -> None:
    response = fake.http.request(method, path)
    problem(response, status)
    assert ("allow" in response.headers) == (status == 405)


def test_an_unknown_lesson_names_the_known_ones(fake: Live) -> None:
    report = problem(fake.post("/api/lessons/alchemy/check"), 404, "not-found")
    known = [lesson["id"] for lesson in fake.http.get("/api/lessons").json()["lessons"]]
    assert known and all(lesson in report["detail"] for lesson in known)


def test_an_unknown_way_of_sending_columns(fake: Live) -> None:
    report = problem(fake.post("/api/runs?columns=xml", {"n": 1}), 400, "invalid-query")
    assert "columns" in report["errors"][0]["detail"]


def chunked(size: int) -> Any:
    for _ in range(0, size, 10_000):
        yield b" " * 10_000


@pytest.mark.parametrize("size", [110_000, 350_000, 5_000_000])
def test_a_body_over_the_limit(fake: Live, size: int) -> None:
    """With and without a length announced; the refusal can be read although the body is not."""
    for content in (b" " * size, chunked(size)):
        try:
            response = fake.http.post("/api/runs", content=content, headers={"Content-Type": "application/json"})
        except httpx.WriteError:
            assert size > 1_000_000, "a little over the limit is read to its end"
            continue
        report = problem(response, 413, "body-too-large")
        assert "100,000 bytes" in report["detail"]


def test_a_body_that_is_only_announced_is_not_asked_for(fake: Live) -> None:
    """A client that waits for ``100 Continue`` gets its answer instead."""
    head = "POST /api/runs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 999999999\r\n"
    answer = raw(fake, (head + "Expect: 100-continue\r\n\r\n").encode())
    assert answer.startswith(b"HTTP/1.1 413") and b"100 Continue" not in answer


def test_a_body_that_does_not_come(fake: Live) -> None:
    head = "POST /api/runs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n"
    assert raw(fake, head.encode() + b'{"n"').startswith(b"HTTP/1.1 408")


def raw(server: Live, request: bytes) -> bytes:
    """What a server says to a request that no client library would send."""
    place = urlsplit(server.url)
    with socket.create_connection((place.hostname, place.port), timeout=20) as connection:
        connection.sendall(request)
        return connection.recv(65536)


def test_a_costly_computation_is_refused_at_once_with_what_to_reduce(real: Live) -> None:
    network = {**MOONS, "layers": [{"units": 256, "activation": "tanh"}] * 3, "data": {"kind": "moons", "n": 2_000}}
    body = {"objective": network, "optimisers": ADAM * 8, "steps": 100_000}
    report = problem(real.post("/api/runs", body), 422, "too-costly")
    assert report["cost"]["seconds"] > report["limit"]["seconds"] == 600
    assert report["advice"] in report["detail"] and "limit is 600 s" in report["detail"]


def test_one_stream_too_many_is_told_to_come_back(fake: Live) -> None:
    accept = {"Accept": "application/x-ndjson"}
    endless = {"n": 10**9, "pause": 0.001}
    with (
        fake.http.stream("POST", "/api/runs", json=endless, headers=accept) as one,
        fake.http.stream("POST", "/api/runs", json=endless, headers=accept) as two,
    ):
        assert one.is_success and two.is_success
        response = fake.post("/api/runs", {"n": 1})
        problem(response, 503, "busy")
        assert int(response.headers["retry-after"]) >= 1
    wait(lambda: fake.app.state.dispatcher.places.taken == 0)


@pytest.mark.parametrize(("how", "status"), [("defect", 500), ("spec", 422), ("memory", 422)])
@pytest.mark.parametrize("accept", STREAMED)
def test_what_fails_before_the_first_event_is_a_refusal(fake: Live, how: str, status: int, accept: str) -> None:
    response = fake.post("/api/runs", {"fail_at": 0, "fail_with": how}, headers={"Accept": accept})
    assert "secret" not in json.dumps(problem(response, status))


def test_what_fails_later_is_a_refusal_where_the_reply_is_whole(fake: Live) -> None:
    response = fake.post("/api/runs", {"n": 9, "pause": 0.006, "fail_at": 5, "fail_with": "spec"})
    assert problem(response, 422)["errors"] == [{"pointer": "/n", "detail": "n 3 must not be 3; take 4"}]


def test_a_defect_of_a_route_is_a_report_without_internals(fake: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("a secret of the implementation")

    monkeypatch.setattr("app.api.computations.packed_spec", broken)
    assert "secret" not in json.dumps(problem(fake.post("/api/runs", {"n": 1}), 500, "internal-error"))


def test_a_large_body_does_not_hold_up_others(real: Live) -> None:
    """A million numbers are validated in a worker: the server answers others meanwhile."""
    body = {"objective": ROSENBROCK, "optimisers": ADAM, "start": {"parameters": [0.5] * 150_000}}
    problem(real.post("/api/runs", body), 422, "invalid-spec")


@given(st.binary(max_size=200))
def test_no_body_whatsoever_is_a_server_error(real: Live, body: bytes) -> None:
    problem(real.post("/api/objectives", body), 400)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["kind", "a", "x"]), inner, max_size=3),
    max_leaves=6,
)


@given(
    field=st.sampled_from(["objective", "optimisers", "start", "steps", "seed", "view", "record"]), value=JSON_VALUES
)
def test_no_value_whatsoever_is_a_server_error(real: Live, field: str, value: Any) -> None:
    try:
        body = json.dumps(SPEC | {field: value}).encode()
    except UnicodeEncodeError:
        return
    response = real.post("/api/runs", body)
    assert response.status_code in (200, 400, 422), response.text


def test_refusals_are_quick(real: Live) -> None:
    """Milliseconds, not seconds: a hostile body must not buy computing time (generous for a busy machine)."""
    started = time.perf_counter()
    real.post("/api/runs", b"[" * 3_000_000)
    real.post("/api/objectives", {"objective": {"kind": "formula", "expression": "9**9**9**9"}})
    assert time.perf_counter() - started < 5
