"""What is let in: by cost, by client, by time and by size; what is not is told what to do."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from app.serving.problems import RefusalError
from app.serving.rates import ClientRates, household
from tests.api.conftest import live, wait
from tests.api.test_refusals import problem

FAKE = "tests.serving.fake_jobs:JOBS"
NDJSON = {"Accept": "application/x-ndjson"}
ENDLESS = {"n": 10**9, "pause": 0.001}


def test_a_queue_is_served_in_its_order_and_refuses_what_is_too_long() -> None:
    with live(FAKE, workers=1, max_streams=1, max_waiting=2) as server, ThreadPoolExecutor(4) as people:
        places = server.app.state.dispatcher.places
        with server.http.stream("POST", "/api/runs", json=ENDLESS, headers=NDJSON) as first:
            assert first.is_success
            waiting = [people.submit(server.post, "/api/runs", {"n": 2}) for _ in range(2)]
            wait(lambda: places.waiting == 2)
            response = server.post("/api/runs", {"n": 1})
            assert "2 wait" in problem(response, 503, "busy")["detail"]
            assert int(response.headers["retry-after"]) >= 1
            assert server.http.get("/healthz").is_success
        assert [future.result(20).status_code for future in waiting] == [200, 200]
        assert places.waiting == places.taken == 0


def test_nobody_waits_for_ever() -> None:
    with live(FAKE, workers=1, max_streams=1, max_waiting=2, wait_seconds=0.2) as server:
        with server.http.stream("POST", "/api/runs", json=ENDLESS, headers=NDJSON) as first:
            assert first.is_success
            assert "within 0.2 s" in problem(server.post("/api/runs", {"n": 1}), 503, "busy")["detail"]
        wait(lambda: server.app.state.dispatcher.places.taken == 0)
        assert server.post("/api/runs", {"n": 1}).is_success


@pytest.mark.parametrize("accept", ["application/json", "application/x-ndjson"])
def test_a_computation_past_its_deadline_ends_with_a_report(accept: str) -> None:
    with live(FAKE, workers=1, request_seconds=0.3) as server:
        response = server.post("/api/runs", ENDLESS, headers={"Accept": accept})
        last = json.loads(response.text.splitlines()[-1])
        assert last["type"].endswith("deadline-passed") and last["status"] == 504 and "0.3 s" in last["detail"]


@pytest.mark.parametrize(("accept", "n"), [("application/json", 40), ("application/x-ndjson", 1)])
def test_an_answer_that_is_too_large_is_refused(accept: str, n: int) -> None:
    """A whole reply as a whole, a stream event by event."""
    with live(FAKE, workers=1, max_reply=10_000) as server:
        spec = {"n": n, "width": 12_000 if n == 1 else 1000}
        report = problem(server.post("/api/runs", spec, headers={"Accept": accept}), 422, "too-costly")
        assert "10,000 bytes" in report["detail"]
        assert server.post("/api/runs", {"n": 40, "width": 1000}, headers=NDJSON).is_success


def test_a_client_pays_for_what_it_asks_and_others_do_not() -> None:
    """By cost: two dear requests are too many, many cheap ones are not. The client is told when to come back."""
    with live(FAKE, workers=1, client_seconds=10.0, trusted_proxies="127.0.0.1") as server:

        def ask(cost: float, client: str) -> Any:
            return server.post("/api/runs", {"n": 1, "cost": cost}, headers={"X-Forwarded-For": client})

        assert ask(6.0, "203.0.113.1").is_success
        refused = ask(6.0, "203.0.113.1")
        assert "4.0 s are left" in problem(refused, 429, "rate-limited")["detail"]
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert all(ask(0.01, "203.0.113.1").is_success for _ in range(20))
        assert ask(6.0, "203.0.113.2").is_success
        assert "limit is 10 s" in problem(ask(11.0, "203.0.113.3"), 422, "too-costly")["detail"]


def test_only_a_trusted_proxy_is_believed_about_its_client() -> None:
    with live(FAKE, workers=1, client_seconds=10.0, trusted_proxies="203.0.113.9") as server:
        statuses = [
            server.post("/api/runs", {"n": 1, "cost": 6.0}, headers={"X-Forwarded-For": client}).status_code
            for client in ("203.0.113.1", "203.0.113.2")
        ]
        assert statuses == [200, 429]


def test_requests_at_once_do_not_spend_more_than_there_is() -> None:
    rates = ClientRates(10.0)
    assert rates.left("a") == 10.0
    rates.charge("a", 7.0)
    with pytest.raises(RefusalError, match=r"3\.0 s are left"):
        rates.charge("a", 7.0)
    assert rates.left("a") == 3.0 and rates.left("b") == 10.0


def test_without_a_limit_nothing_is_counted() -> None:
    rates = ClientRates(0)
    rates.charge("a", 1e9)
    assert rates.left("a") is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("testclient", "testclient", True),
    ],
)
def test_a_person_has_one_address_or_one_network_of_ipv6(one: str, other: str, same: bool) -> None:
    assert (household(one) == household(other)) == same
