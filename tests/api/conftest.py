"""Real servers on loopback, in this process, so that tests can look inside."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from app.main import JOBS, create_app
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
    """A server with its workers warm."""
    app = create_app(Settings(port=0, **settings), jobs)
    config = uvicorn.Config(app, port=0, log_config=None, access_log=False, http="h11", ws="none", lifespan="on")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        wait(lambda: server.started or not thread.is_alive())
        url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        with httpx.Client(base_url=url, timeout=60) as http:
            wait(lambda: http.get("/readyz").is_success)
            yield Live(url, app, http)
    finally:
        server.should_exit = True
        thread.join(20)


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
    with live("tests.serving.fake_jobs:JOBS", workers=1, max_streams=2, max_body=100_000, body_seconds=1.0) as server:
        yield server
