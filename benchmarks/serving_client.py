"""A client that costs little: raw HTTP over asyncio streams, frames counted in the bytes."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

STEPS = re.compile(rb'"step":\{"dtype":"int32","shape":\[(\d+)\]')
EVENTS = "application/vnd.thalweg.events"
READ = 65536


def spec(seed: int, steps: int = 100_000) -> dict[str, Any]:
    """Training of a small network with mini-batches; no two seeds share a cached reply."""
    return {
        "objective": {
            "kind": "network",
            "layers": [{"units": 32, "activation": "tanh"}],
            "data": {"kind": "moons", "n": 256},
            "loss": {"kind": "cross_entropy"},
        },
        "optimisers": [{"kind": "adam", "learning_rate": 0.01}],
        "steps": steps,
        "batch_size": 64,
        "seed": seed,
    }


@dataclass
class Stream:
    """What came of one stream.

    Attributes:
        status: of HTTP.
        frames: steps received.
        first: seconds to the first frame.
        last: seconds to the last piece.
        gap: longest seconds between two pieces.
        body: all bytes, chunk headers included.
    """

    status: int = 0
    frames: int = 0
    first: float = float("inf")
    last: float = 0.0
    gap: float = 0.0
    body: bytearray = field(default_factory=bytearray)


@asynccontextmanager
async def connection(url: str) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """An open connection, which is closed on leaving."""
    place = urlsplit(url)
    reader, writer = await asyncio.open_connection(place.hostname, place.port, limit=2**20)
    try:
        yield reader, writer
    finally:
        writer.close()


def request(body: Any, path: str = "/api/runs") -> bytes:
    """A POST as bytes."""
    content = json.dumps(body).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAccept: {EVENTS}\r\n"
    return head.encode() + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(content) + content


async def follow(url: str, body: Any, seconds: float, keep: bool = False) -> Stream:
    """Read a stream to its end, or for ``seconds``."""
    found, began = Stream(), time.perf_counter()
    last, tail = began, b""
    async with connection(url) as (reader, writer):
        writer.write(request(body))
        while time.perf_counter() - began < seconds and (piece := await reader.read(READ)):
            now = time.perf_counter()
            found.status = found.status or int(piece[9:12])
            window = tail + piece
            counts = [int(match[1]) for match in STEPS.finditer(window) if match.end() > len(tail)]
            found.first = min(found.first, now - began) if counts else found.first
            found.frames += sum(counts)
            found.gap, last = max(found.gap, now - last), now
            found.last = now - began
            tail = window[-80:]
            if keep:
                found.body += piece
    return found


async def get(url: str, path: str) -> tuple[float, bytes]:
    """Seconds and body of a GET on a connection of its own."""
    began = time.perf_counter()
    async with connection(url) as (reader, writer):
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = await reader.read(-1)
    return time.perf_counter() - began, answer.partition(b"\r\n\r\n")[2]


async def health(url: str, over: asyncio.Event) -> list[float]:
    """Seconds of ``/healthz``, twenty times a second, until ``over``."""
    times = []
    while not over.is_set():
        times.append((await get(url, "/healthz"))[0])
        await asyncio.sleep(0.05)
    return times


async def gauge(url: str, name: str) -> float:
    """A metric without labels."""
    _, text = await get(url, "/metrics")
    (line,) = [line for line in text.decode().splitlines() if line.startswith(name + " ")]
    return float(line.split()[1])


def children(pid: int) -> list[int]:
    """Processes that ``pid`` started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
