"""A server of the checkout on a free port, for tests and screenshots: ``with serving() as url: …``."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0


def free_port() -> int:
    """A TCP port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(**settings: str) -> Iterator[str]:
    """The address of :func:`running`."""
    with running(**settings) as (_, url):
        yield url


@contextmanager
def running(**settings: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """``python -m app`` with ``settings`` in its environment, and its address; it is stopped on leaving.

    Raises:
        RuntimeError: the server stopped, or did not answer within ``PATIENCE`` seconds.
    """
    port = free_port()
    environment = os.environ | {"HOST": "127.0.0.1", "PORT": str(port)} | settings
    server = subprocess.Popen([sys.executable, "-m", "app"], cwd=ROOT, env=environment)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until_ready(server, url)
        yield server, url
    finally:
        stop(server)


def wait_until_ready(server: subprocess.Popen[bytes], url: str) -> None:
    """Return once ``/healthz`` answers."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"the server ended with code {server.returncode}; its messages are above")
        if answers(url):
            return
        time.sleep(0.05)
    raise RuntimeError(f"{url}/healthz did not answer within {PATIENCE:g} s; its messages are above")


def answers(url: str) -> bool:
    """Whether the server is healthy by now."""
    try:
        return httpx.get(f"{url}/healthz", timeout=2).is_success
    except httpx.TransportError:
        return False


def stop(server: subprocess.Popen[bytes]) -> None:
    """Stop it as Ctrl-C would, and by force when it does not listen."""
    server.send_signal(signal.SIGINT)
    try:
        server.wait(timeout=10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
