"""How the server does under load: ``make bench-serving``, or ``python -m benchmarks.serving --only crowd --seconds 5``.

Each scenario starts a server of its own on a free port of loopback, is bounded in time, and prints what was measured
beside the goal. The client runs on the same machine and takes its share of it: frames/s are those of both together.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from benchmarks.machine import start_unforced
from benchmarks.serving_client import children, connection, follow, gauge, get, health, request, spec
from scripts.serve import running

LIMIT = 120.0
Scenario = Callable[[str, int, float], Awaitable[list["Finding"]]]


class Finding(NamedTuple):
    """One measured number beside its goal; ``most`` says on which side of it the number should be."""

    what: str
    value: float
    goal: float
    unit: str
    most: bool = True

    def __str__(self) -> str:
        met = self.value <= self.goal if self.most else self.value >= self.goal
        sign = "≤" if self.most else "≥"
        value = f"{self.value:>10,.1f} {self.unit:<9} {sign} {self.goal:,g}"
        return f"  {'met   ' if met else 'MISSED'}  {self.what:<52} {value}"


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that ``share`` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def resident(pid: int) -> float:
    """Megabytes that a process holds."""
    (kilobytes,) = re.findall(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(kilobytes) / 1000


async def crowd(url: str, pid: int, seconds: float) -> list[Finding]:
    """Two hundred streams at once."""
    over, before = asyncio.Event(), resident(pid)
    pulse = asyncio.create_task(health(url, over))
    streams = await asyncio.gather(*(follow(url, spec(seed), seconds) for seed in range(200)))
    memory = resident(pid)
    over.set()
    counts = [stream.frames for stream in streams]
    return [
        Finding("streams served", sum(s.status == 200 and s.frames > 0 for s in streams), 200, "", False),
        Finding("frames in total", sum(counts) / seconds, 5500, "frames/s", False),
        Finding("first frame, p95", 1e3 * percentile([s.first for s in streams], 0.95), 600, "ms"),
        Finding("slowest stream against the fastest", min(counts) / max(counts), 0.5, "", False),
        Finding("/healthz, p95", 1e3 * percentile(await pulse, 0.95), 10, "ms"),
        Finding("server's memory beside the libraries it began with", memory - before, 150, "MB"),
        Finding("server's memory in all, shared libraries included", memory, 300, "MB"),
    ]


async def alone(url: str, pid: int, seconds: float) -> list[Finding]:
    """One stream: the first after the start, and twenty more; then what a reader who leaves sets free."""
    first = (await follow(url, spec(0, 50), seconds)).first
    later = [(await follow(url, spec(seed, 50), seconds)).first for seed in range(1, 21)]
    idle = [await left(url, seed) for seed in range(100, 130)]
    return [
        Finding("first frame, median of 20", 1e3 * percentile(later, 0.5), 30, "ms"),
        Finding("first frame of the first request after the start", 1e3 * first, 50, "ms"),
        Finding("a reader leaves: to idle, p95 of 30", 1e3 * percentile(idle, 0.95), 60, "ms"),
    ]


async def left(url: str, seed: int) -> float:
    """Seconds from a reader's leaving to nothing in flight (about 2 ms of it is the asking)."""
    async with connection(url) as (reader, writer):
        writer.write(request(spec(seed)))
        for _ in range(3):
            await reader.read(4096)
    began = time.perf_counter()
    while await gauge(url, "thalweg_slices_in_flight") or await gauge(url, "thalweg_streams_active"):
        await asyncio.sleep(0.001)
    return time.perf_counter() - began


async def kills(url: str, pid: int, seconds: float) -> list[Finding]:
    """A worker killed every 0.4 s."""
    calm = await follow(url, spec(1, 12_000), LIMIT, keep=True)
    killing = asyncio.create_task(killer(pid))
    hurt = await follow(url, spec(1, 12_000), LIMIT, keep=True)
    killing.cancel()
    return [
        Finding("workers killed", await gauge(url, "thalweg_worker_restarts_total"), 1, "", False),
        Finding("identical bytes", joined(calm.body) == joined(hurt.body), True, "", False),
        Finding("longest gap", 1e3 * hurt.gap, 250, "ms"),
        Finding("status", hurt.status, 200, ""),
    ]


async def killer(pid: int) -> None:
    """The oldest worker first; workers are the fork server's children."""
    while True:
        await asyncio.sleep(0.4)
        workers = [worker for child in children(pid) for worker in children(child)]
        if workers:
            os.kill(workers[0], signal.SIGKILL)


def joined(answer: bytearray) -> bytes:
    """The body without its chunks' borders, which depend on slicing; they stand on lines of their own."""
    body = bytes(answer).partition(b"\r\n\r\n")[2]
    return re.sub(rb"(?:^|\r\n)[0-9a-f]+\r\n", b"", body)


async def overload(url: str, pid: int, seconds: float) -> list[Finding]:
    """Ten times as many as there are places."""
    holding = [asyncio.create_task(follow(url, spec(seed), 6.0)) for seed in range(20)]
    while await gauge(url, "thalweg_streams_active") < 20:
        await asyncio.sleep(0.02)
    times, reports = [], 0
    for seed in range(200):
        began = time.perf_counter()
        answer = await follow(url, spec(1000 + seed), 5.0, keep=True)
        times.append(time.perf_counter() - began)
        reports += answer.status == 503 and b"application/problem+json" in answer.body
    await asyncio.gather(*holding)
    return [
        Finding("refusals that are problem reports, of 200", reports, 200, "", False),
        Finding("refusal, p99", 1e3 * percentile(times, 0.99), 10, "ms"),
    ]


async def stopping(url: str, pid: int, seconds: float) -> list[Finding]:
    """SIGTERM with fifty live streams."""
    reading = [asyncio.create_task(follow(url, spec(seed), LIMIT, keep=True)) for seed in range(50)]
    await asyncio.sleep(3.0)
    os.kill(pid, signal.SIGTERM)
    began = time.perf_counter()
    streams = await asyncio.gather(*reading)
    ended = sum(b'{"kind":"failed"' in stream.body[-2000:] for stream in streams)
    return [
        Finding("streams that end with an event, of 50", ended, 50, "", False),
        Finding("all of them ended", time.perf_counter() - began, 1.0, "s"),
    ]


async def slow(url: str, pid: int, seconds: float) -> list[Finding]:
    """Five hundred connections that drip their headers."""
    over = asyncio.Event()
    pulse = asyncio.create_task(health(url, over))
    lives = await asyncio.gather(*(drip(url) for _ in range(500)))
    over.set()
    return [
        Finding("slow clients closed, last of 500", max(lives), 5.5, "s"),
        Finding("/healthz meanwhile, p95", 1e3 * percentile(await pulse, 0.95), 10, "ms"),
    ]


async def drip(url: str) -> float:
    """Seconds until the server closes."""
    async with connection(url) as (reader, writer):
        began = time.perf_counter()
        while time.perf_counter() - began < 30.0:
            try:
                writer.write(b"G")
                await writer.drain()
                if await asyncio.wait_for(reader.read(1), 0.5) == b"":
                    break
            except TimeoutError:
                continue
            except ConnectionError:
                break
        return time.perf_counter() - began


SCENARIOS: Mapping[Scenario, Mapping[str, str]] = MappingProxyType(
    {
        crowd: {},
        alone: {},
        kills: {"CACHE_BYTES": "0"},
        overload: {"MAX_STREAMS": "20", "MAX_WAITING": "0"},
        stopping: {},
        slow: {},
    }
)
"""What is measured → the settings of its server."""


async def measured(scenario: Scenario, url: str, pid: int, seconds: float) -> list[Finding]:
    """The findings of a scenario once the workers are warm."""
    async with asyncio.timeout(LIMIT):
        while not (await get(url, "/readyz"))[1].startswith(b'{"status":"ready"'):
            await asyncio.sleep(0.1)
        return await scenario(url, pid, seconds)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print every finding."""
    names = [scenario.__name__ for scenario in SCENARIOS]
    parser = argparse.ArgumentParser("python -m benchmarks.serving", description=__doc__)
    parser.add_argument("--only", nargs="*", choices=names, default=names)
    parser.add_argument("--seconds", type=float, default=10.0, help="of the crowd")
    options = parser.parse_args(arguments)
    for scenario, settings in SCENARIOS.items():
        if scenario.__name__ in options.only:
            with running(LOG_LEVEL="warning", **settings) as (server, url):
                print(f"{scenario.__doc__ or ''}", flush=True)
                for finding in asyncio.run(measured(scenario, url, server.pid, options.seconds)):
                    print(finding, flush=True)
    return 0


if __name__ == "__main__":
    start_unforced()
    sys.exit(main())
