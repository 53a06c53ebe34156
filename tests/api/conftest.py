"""Real servers on loopback, in this process, so that tests can look inside."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import httpx
import pytest
from fastapi import FastAPI

from app.api.server import server_of
from app.main import create_app
from app.serving.forking import JOBS
from app.serving.listening import listener_of
from app.serving.settings import Settings


class Live(NamedTuple):
    """A running server and the application inside it."""

    url: str
    app: FastAPI
    http: httpx.Client

    def post(self, path: str, body: Any = None, **options: Any) -> httpx.Response:
        """POST ``body`` as JSON, or as it is where it is bytes."""
        if isinstance(body, bytes):
            headers = {"Content-Type": "application/json"} | options.pop("headers", {})
            return self.http.post(path, content=body, headers=headers, **options)
        return self.http.post(path, json=body, **options)


@contextmanager
def live(jobs: str = JOBS, **settings: Any) -> Iterator[Live]:
    """A server with its workers warm; it keeps no replies unless told to, so that every request computes."""
    chosen = Settings(**{"port": 0, "cache_bytes": 0, **settings})
    app = create_app(chosen, jobs)
    server = server_of(app, chosen)
    server.config.log_config = None
    listener = listener_of(chosen)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        wait(lambda: server.started or not thread.is_alive())
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with httpx.Client(base_url=url, timeout=60) as http:
            wait(lambda: http.get("/readyz").is_success)
            yield Live(url, app, http)
    finally:
        server.drain()
        server.should_exit = True
        thread.join(20)
        listener.close()


def wait(condition: Any, patience: float = 60.0) -> None:
    """Return once ``condition`` holds."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.01)


@pytest.fixture(scope="session")
def real() -> Iterator[Live]:
    """The product as it is served, with two workers."""
    with live(workers=2) as server:
        yield server


@pytest.fixture(scope="session")
def fake() -> Iterator[Live]:
    """The product around computations that a test can steer, with tight limits."""
    tight = {"max_streams": 2, "max_waiting": 0, "max_body": 100_000, "body_seconds": 1.0}
    with live("tests.serving.fake_jobs:JOBS", workers=1, **tight) as server:
        yield server
