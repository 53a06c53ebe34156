"""Generated requests to every operation of the API's own description: no server error, and every refusal a report."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core import NotSet

from app.main import create_app
from tests.api.conftest import Live, live
from tests.api.test_refusals import problem

OPENAPI = create_app().openapi()
SCHEMA = schemathesis.openapi.from_dict(OPENAPI)
OPERATIONS = {result.ok().label: result.ok() for result in SCHEMA.get_all_operations()}
EACH = 92
"""Requests to each operation that takes a body: more than a thousand to the whole API."""

each_operation = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS.keys())
bounded = settings(
    max_examples=EACH, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


@pytest.fixture(scope="module")
def frugal() -> Iterator[Live]:
    """A server that lets only cheap computations in."""
    limits = {"max_cost_seconds": 0.2, "max_cost_bytes": 2**27, "request_seconds": 10.0, "slice_seconds": 20.0}
    with live(workers=2, **limits) as server:
        yield server


def check(response: httpx.Response) -> None:
    """Success, or a refusal that is documented and says why."""
    assert response.status_code < 500 or response.status_code == 504, response.text[:1000]
    if response.status_code >= 400 and response.request.method != "HEAD":
        problem(response, response.status_code)
    elif response.headers.get("content-type") == "application/json":
        assert_finite(response.content)


def assert_finite(body: bytes) -> None:
    def refuse(word: str) -> Any:
        raise AssertionError(f"{word} in JSON")

    json.loads(body, parse_constant=refuse)


def send(server: Live, case: Any) -> httpx.Response:
    """A generated case over a real connection; characters that no client can send in headers are left out."""
    headers = {k: v for k, v in (case.headers or {}).items() if str(v).isascii() and str(v).isprintable()}
    body = case.body if isinstance(case.body, bytes) else b"" if isinstance(case.body, NotSet) else dumped(case)
    if case.media_type:
        headers["Content-Type"] = case.media_type
    query = {name: str(value) for name, value in (case.query or {}).items()}
    return server.http.request(case.method, case.formatted_path, content=body, headers=headers, params=query)


def dumped(case: Any) -> bytes:
    text = case.body if isinstance(case.body, str) else json.dumps(case.body)
    return text.encode("utf-8", "surrogatepass")


@each_operation
def test_no_request_whatsoever_is_a_server_error(frugal: Live, operation: Any) -> None:
    seen: Counter[int] = Counter()

    @bounded
    @given(case=operation.as_strategy() | operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def every(case: Any) -> None:
        response = send(frugal, case)
        seen[response.status_code] += 1
        check(response)

    every()
    assert sum(seen.values()) >= (EACH if operation.body else 1)


PIECES = [
    "x",
    "y",
    "1",
    "1e308",
    "0",
    "(",
    ")",
    "+",
    "-",
    "*",
    "/",
    "^",
    "**",
    "sin",
    "exp(",
    "log(",
    ",",
    "tanh(x)",
    "π",
    "__",
]
formulas = st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text(max_size=60)


@settings(bounded, max_examples=100)
@given(formulas)
def test_no_formula_whatsoever_is_a_server_error(frugal: Live, formula: str) -> None:
    objective = {"kind": "formula", "expression": formula}
    body = json.dumps({"objective": objective, "resolution": [5, 5]}).encode()
    check(frugal.post("/api/landscapes", body))


CELLS = ["1", "-2.5", "1e999", "nan", "", "cat", '"', '"a,b"', "=1+1", "\x00", "é", "1,5", "9" * 400]
rows = st.lists(st.lists(st.sampled_from(CELLS), min_size=1, max_size=5), min_size=1, max_size=8)
tables = st.tuples(rows, st.sampled_from(",;\t"), st.sampled_from(["\n", "\r\n", "\r"])).map(
    lambda made: made[2].join(made[1].join(row) for row in made[0]).encode()
) | st.binary(max_size=100)


@settings(bounded, max_examples=100)
@given(tables)
def test_no_table_whatsoever_is_a_server_error(frugal: Live, table: bytes) -> None:
    check(frugal.post("/api/tables", table, headers={"Content-Type": "text/csv"}))
