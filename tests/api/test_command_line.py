"""``python -m app`` as a process: it starts, it stops, and it leaves nothing running."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from app.serving.listening import listener_of
from app.serving.settings import Settings
from scripts.serve import ROOT, free_port
from tests.api.conftest import wait

ENDLESS = {
    "objective": {"kind": "rastrigin"},
    "optimisers": [{"kind": "adam"}],
    "steps": 100_000,
    "record": {"every": 10},
}


@contextmanager
def process() -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server of its own, ready to compute."""
    port = free_port()
    environment = os.environ | {"PORT": str(port), "WORKERS": "2"}
    server = subprocess.Popen(
        [sys.executable, "-m", "app"], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait(lambda: answers(url + "/readyz"))
        yield server, url
    finally:
        server.kill()
        server.communicate()


def answers(url: str) -> bool:
    try:
        return httpx.get(url).is_success
    except httpx.TransportError:
        return False


def descendants(pid: int) -> set[int]:
    """All processes below ``pid``."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if fields[0] != "Z":
            parents[int(entry.parent.name)] = int(fields[1])
    found, grown = {pid}, True
    while grown:
        more = {child for child, parent in parents.items() if parent in found} - found
        found, grown = found | more, bool(more)
    return found - {pid}


def running(pids: set[int]) -> set[int]:
    """Those of ``pids`` that still run."""
    return {pid for pid in pids if state(pid) not in ("", "Z")}


def state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return ""


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_server_told_to_stop_ends_its_streams_with_an_event_and_goes(stop: signal.Signals) -> None:
    with process() as (server, url):
        below = descendants(server.pid)
        assert len(below) >= 3
        headers = {"Accept": "application/x-ndjson"}
        with httpx.stream("POST", url + "/api/runs", json=ENDLESS, headers=headers, timeout=30) as response:
            lines = response.iter_lines()
            assert json.loads(next(lines))["kind"] == "started"
            threading.Timer(0.2, server.send_signal, (stop,)).start()
            last = json.loads(list(lines)[-1])
        assert last["kind"] == "failed" and last["status"] == 503
        _, messages = server.communicate(timeout=20)
        assert "Traceback" not in messages
        wait(lambda: not running(below))


def test_nothing_outlives_a_server_that_is_killed() -> None:
    with process() as (server, url):
        below = descendants(server.pid)
        headers = {"Accept": "application/x-ndjson"}
        with httpx.stream("POST", url + "/api/runs", json=ENDLESS, headers=headers, timeout=30) as response:
            next(response.iter_lines())
            server.kill()
            server.wait()
        wait(lambda: not running(below))


def test_a_port_in_use_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        arguments = [sys.executable, "-m", "app", "--port", str(taken.getsockname()[1])]
        result = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 1 and "in use" in result.stderr and "Traceback" not in result.stderr


@pytest.mark.parametrize("arguments", [["--port", "99999"], ["--workers", "0"], ["--log-level", "loud"]])
def test_a_wrong_setting_is_named(arguments: list[str]) -> None:
    result = subprocess.run([sys.executable, "-m", "app", *arguments], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 2
    assert arguments[0].strip("-").replace("-", "_").upper() in result.stderr and "Traceback" not in result.stderr


def test_help_answers_without_the_engine() -> None:
    started = time.perf_counter()
    result = subprocess.run([sys.executable, "-m", "app", "--help"], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0 and "--port" in result.stdout
    assert time.perf_counter() - started < 30


def test_frames_are_not_held_back_for_an_acknowledgement() -> None:
    """asyncio sets TCP_NODELAY only on sockets whose protocol is named."""
    with listener_of(Settings(port=0)) as listener:
        assert listener.proto == socket.IPPROTO_TCP
