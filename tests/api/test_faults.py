"""What goes wrong on a network and on a machine, done for real: each harms no one else and leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from app.serving.settings import Settings
from tests.api.conftest import Live, live, wait
from tests.api.test_refusals import problem

FAKE = "tests.serving.fake_jobs:JOBS"
NDJSON = {"Accept": "application/x-ndjson"}
ENDLESS = {"n": 10**9, "pause": 0.001}
LATE = {"n": 100, "pause": 0.002, "fail_at": 20}


@pytest.fixture(scope="module")
def brittle() -> Iterator[Live]:
    """A server that gives up soon: on stuck slices, on memory, on slow clients."""
    limits = {"slice_seconds": 2.0, "worker_bytes": 3 * 2**30, "header_seconds": 0.5, "write_seconds": 0.5}
    with live(FAKE, workers=2, max_connections=60, max_header=2048, **limits) as server:
        yield server


def idle(server: Live) -> bool:
    """Whether nothing is being computed."""
    dispatcher = server.app.state.dispatcher
    return dispatcher.places.taken == dispatcher.places.waiting == dispatcher.counters.in_flight == 0


def serves(server: Live) -> bool:
    """Whether a computation goes as if nothing had happened."""
    return bool(server.post("/api/runs", {"n": 3}).json()["step"] == [0, 1, 2, 1, 2, 3, 2, 3, 4])


def connected(server: Live, receive: int = 0) -> socket.socket:
    """A connection, with a small buffer for what it receives where that is wanted."""
    place = urlsplit(server.url)
    connection = socket.socket()
    if receive:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
    connection.settimeout(20)
    connection.connect((place.hostname, place.port))
    return connection


def request_bytes(body: Any, accept: str = "application/x-ndjson") -> bytes:
    """A run's request as it goes over the wire."""
    content = json.dumps(body).encode()
    head = f"POST /api/runs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAccept: {accept}\r\n"
    return head.encode() + b"Content-Length: %d\r\n\r\n" % len(content) + content


def rest(connection: socket.socket) -> bytes:
    """All that comes until the server closes."""
    received = b""
    with suppress(ConnectionError):
        while piece := connection.recv(65536):
            received += piece
    return received


FAULTS = pytest.mark.parametrize(
    ("how", "status", "kind"),
    [
        ("hanging", 504, "slice-timeout"),
        ("all memory", 422, "too-costly"),
        ("death", 503, "worker-lost"),
    ],
)


@FAULTS
def test_a_slice_that_cannot_be_computed_is_refused_and_harms_no_other(
    brittle: Live, how: str, status: int, kind: str
) -> None:
    with ThreadPoolExecutor() as others:
        bad = others.submit(brittle.post, "/api/runs", {"fail_at": 0, "fail_with": how})
        good = others.submit(serves, brittle)
        problem(bad.result(30), status, kind)
        assert good.result(30)
    wait(lambda: idle(brittle))


def test_workers_with_the_least_memory_that_may_be_set_compute() -> None:
    (least,) = [bound.ge for bound in Settings.model_fields["worker_bytes"].metadata]
    network = {"kind": "network", "data": {"kind": "digits"}, "layers": [{"units": 16, "activation": "tanh"}]}
    with live(workers=1, worker_bytes=least) as server:
        found = server.post("/api/landscapes", {"objective": network, "resolution": [21, 21]})
        assert found.status_code == 200 and len(found.json()["loss"]) == 21


@FAULTS
def test_a_slice_that_cannot_be_computed_ends_its_stream_with_an_event(
    brittle: Live, how: str, status: int, kind: str
) -> None:
    events = brittle.post("/api/runs", {**LATE, "fail_with": how}, headers=NDJSON).text.splitlines()
    last = json.loads(events[-1])
    assert len(events) > 1 and last["kind"] == "failed" and last["status"] == status and last["type"].endswith(kind)
    assert serves(brittle)


def test_workers_killed_again_and_again_leave_no_trace(brittle: Live) -> None:
    """The output is that of an undisturbed run, byte for byte."""
    spec = {"n": 400, "pause": 0.002}
    calm = brittle.post("/api/runs", spec, headers=NDJSON).content
    before, over = brittle.app.state.pool.replaced, threading.Event()

    def kill() -> None:
        """Whenever three more slices were begun: a slice that is hit each time it is tried would be given up."""
        counters, last = brittle.app.state.dispatcher.counters, 0
        while not over.wait(0.02):
            if counters.submitted >= last + 3:
                last = counters.submitted
                for pid in brittle.app.state.pool.pids()[:1]:
                    os.kill(pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        response = brittle.post("/api/runs", spec, headers=NDJSON)
    finally:
        over.set()
        killer.join()
    assert response.content == calm and brittle.app.state.pool.replaced > before


def test_a_client_that_stops_reading_is_cut_off(brittle: Live) -> None:
    with connected(brittle, receive=4096) as silent:
        silent.sendall(request_bytes({"n": 10**9, "width": 20_000}))
        wait(lambda: brittle.app.state.dispatcher.places.taken == 1)
        wait(lambda: idle(brittle), 20)
        assert len(rest(silent)) < 2_000_000


@pytest.mark.parametrize("pause", [0.02, 0.06])
def test_a_client_that_reads_slowly_is_not_cut_off(brittle: Live, pause: float) -> None:
    """The answer takes several times as long as one may be left unread, and the system's buffer empties in lumps."""
    with connected(brittle, receive=4096) as slow:
        slow.sendall(
            request_bytes({"n": 30, "width": 20_000}, "application/x-ndjson").replace(
                b"Host", b"Connection: close\r\nHost"
            )
        )
        received, started = b"", time.monotonic()
        while piece := slow.recv(16384):
            received += piece
            time.sleep(pause)
    assert received.count(b'"kind":"frames"') == 30 and time.monotonic() - started > 1.0


@pytest.mark.parametrize("before", [b"", b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"], ids=["first", "later"])
def test_headers_that_drip_are_cut_off(brittle: Live, before: bytes) -> None:
    """On a new connection and on one that was kept."""
    with connected(brittle) as dripping:
        if before:
            dripping.sendall(before)
            answer = b""
            while b'"ok"' not in answer:
                answer += dripping.recv(65536)
        with suppress(ConnectionError):
            for _ in range(600):
                dripping.sendall(b"G")
                time.sleep(0.02)
        assert rest(dripping) == b""


def test_a_body_that_drips_is_refused(fake: Live) -> None:
    with connected(fake) as dripping:
        dripping.sendall(request_bytes({"n": 1, "text": "w" * 1000})[:-900])
        started, answer = time.monotonic(), b""
        dripping.settimeout(0.1)
        while not answer and time.monotonic() - started < 20:
            dripping.sendall(b" ")
            with suppress(TimeoutError):
                answer = dripping.recv(65536)
    assert answer.startswith(b"HTTP/1.1 408")


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"y" * 10_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
    ids=["nonsense", "long headers", "length", "no host", "TLS"],
)
def test_what_is_not_http_is_a_problem_report(brittle: Live, sent: bytes) -> None:
    with connected(brittle) as connection:
        connection.sendall(sent)
        head, _, body = rest(connection).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400") and b"application/problem+json" in head
    assert "2,048" in json.loads(body)["detail"]


def test_connections_beyond_the_bound_are_told_to_come_back(brittle: Live) -> None:
    """Those that send nothing are closed after a while, and make room."""
    with ExitStack() as held:
        for _ in range(60):
            held.enter_context(connected(brittle))
        with connected(brittle) as one_more:
            head, _, body = rest(one_more).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 503") and b"retry-after" in head.lower()
        assert json.loads(body)["type"].endswith("busy")
        wait(lambda: answers(brittle))


def answers(server: Live) -> bool:
    with suppress(httpx.TransportError):
        return httpx.get(server.url + "/healthz").is_success
    return False


def test_readers_that_leave_in_a_storm_leave_nothing_behind(brittle: Live) -> None:
    """Twice, 25 connections are reset at once, some before their first byte."""
    for _ in range(2):
        storm = [connected(brittle) for _ in range(25)]
        for number, connection in enumerate(storm):
            connection.sendall(request_bytes(ENDLESS))
            if number % 2:
                connection.recv(1)
        for connection in storm:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
    wait(lambda: idle(brittle))
    submitted = brittle.app.state.dispatcher.counters.submitted
    assert serves(brittle) and brittle.app.state.dispatcher.counters.submitted <= submitted + 2


def test_a_reader_who_leaves_does_not_stop_the_one_who_asked_for_the_same() -> None:
    spec = {"n": 200, "pause": 0.002}
    with live(FAKE, workers=1, cache_bytes=0) as server, ThreadPoolExecutor(1) as others:
        calm = server.post("/api/runs", spec, headers=NDJSON).content
        with server.http.stream("POST", "/api/runs", json=spec, headers=NDJSON) as leaving:
            assert next(leaving.iter_raw())
            staying = others.submit(server.post, "/api/runs", spec, headers=NDJSON)
            wait(lambda: server.app.state.dispatcher.places.taken == 2 or staying.done())
        assert staying.result(30).content == calm
        wait(lambda: idle(server))


def test_every_stream_of_a_server_that_stops_ends_with_an_event() -> None:
    with live(FAKE, workers=2) as server, ThreadPoolExecutor(12) as readers:
        reading = [readers.submit(server.post, "/api/runs", ENDLESS, headers=NDJSON) for _ in range(12)]
        wait(lambda: server.app.state.dispatcher.counters.submitted >= 36)  # in turns: three slices of each
        server.app.state.dispatcher.draining = True
        for future in reading:
            last = json.loads(future.result(20).text.splitlines()[-1])
            assert last["kind"] == "failed" and last["type"].endswith("shutting-down")
        problem(server.http.get("/readyz"), 503, "shutting-down")
        problem(server.post("/api/runs", {"n": 1}), 503, "shutting-down")
