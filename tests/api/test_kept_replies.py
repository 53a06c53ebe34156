"""What was computed once is sent again: byte for byte, without work, unless it holds somebody's own data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.conftest import Live, live
from tests.api.test_calls import OWN, RACE

MEDIA = ("application/json", "text/event-stream", "application/x-ndjson", "application/vnd.thalweg.events")


@pytest.fixture(scope="module")
def keeping(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A server that keeps replies in memory and in a folder."""
    with live(workers=1, cache_bytes=2**24, cache_dir=str(tmp_path_factory.mktemp("replies"))) as server:
        yield server


def submitted(server: Live) -> int:
    return int(server.app.state.dispatcher.counters.submitted)


@pytest.mark.parametrize("columns", ["json", "base64"])
@pytest.mark.parametrize("accept", MEDIA)
def test_a_reply_is_sent_again_without_work(keeping: Live, accept: str, columns: str) -> None:
    def ask() -> Any:
        return keeping.post(f"/api/runs?columns={columns}", RACE, headers={"Accept": accept})

    first, before = ask(), submitted(keeping)
    again = ask()
    assert submitted(keeping) == before and again.content == first.content
    same = ("content-type", "etag", "cache-control", "vary")
    assert [again.headers[name] for name in same] == [first.headers[name] for name in same]


@pytest.mark.parametrize("accept", MEDIA)
def test_what_the_client_has_is_not_sent_again(keeping: Live, accept: str) -> None:
    tag = keeping.post("/api/runs", RACE, headers={"Accept": accept}).headers["etag"]
    again = keeping.post("/api/runs", RACE, headers={"Accept": accept, "If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("accept", MEDIA)
def test_somebodys_own_data_are_not_kept(keeping: Live, accept: str) -> None:
    before, kept = submitted(keeping), keeping.app.state.cache.bytes
    replies = [keeping.post("/api/runs", OWN, headers={"Accept": accept}).content for _ in range(2)]
    assert replies[0] == replies[1] and submitted(keeping) >= before + 2
    assert keeping.app.state.cache.bytes == kept


def test_a_stream_that_was_left_or_failed_is_not_kept() -> None:
    with live("tests.serving.fake_jobs:JOBS", workers=1, cache_bytes=2**20) as server:
        headers = {"Accept": "application/x-ndjson"}
        with server.http.stream("POST", "/api/runs", json={"n": 10**9, "pause": 0.001}, headers=headers) as response:
            pieces = response.iter_raw()
            assert next(pieces)
        failed = server.post("/api/runs", {"n": 9, "pause": 0.006, "fail_at": 5}, headers=headers)
        assert failed.text.splitlines()[-1].startswith('{"kind":"failed"')
        cache = server.app.state.cache
        assert (cache.bytes, server.post("/api/runs", {"n": 2}, headers=headers).status_code) == (0, 200)
        assert cache.bytes > 0


def test_a_server_that_starts_anew_finds_its_replies(tmp_path: Path) -> None:
    options: dict[str, Any] = {"workers": 1, "cache_bytes": 2**20, "cache_dir": str(tmp_path)}
    with live(**options) as server:
        first = server.post("/api/landscapes", {"objective": "booth", "resolution": [9, 9]})
    with live(**options) as server:
        again = server.post("/api/landscapes", {"objective": "booth", "resolution": [9, 9]})
        assert submitted(server) == 0 and again.content == first.content
