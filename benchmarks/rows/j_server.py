"""From a request to frames, through the whole server to a client on the same machine."""

from __future__ import annotations

import asyncio
from statistics import median
from typing import Any, NamedTuple

from benchmarks.problems import DIGITS, MOONS_200, MOONS_500, problem
from benchmarks.row import Session
from benchmarks.serving_client import Stream, follow, get
from scripts.serve import running

STEPS = 20_000


def _body(objective: dict[str, Any], seed: int, steps: int = STEPS) -> dict[str, Any]:
    """A race of one; no two seeds share a cached reply."""
    optimiser = {"kind": "gradient_descent", "learning_rate": 0.05}
    return {"objective": objective, "optimisers": [optimiser], "steps": steps, "seed": seed}


async def _ready(url: str) -> None:
    while not (await get(url, "/readyz"))[1].startswith(b'{"status":"ready"'):
        await asyncio.sleep(0.1)


async def _line(url: str, label: str, objective: dict[str, Any], session: Session) -> str:
    """First frames of short runs, then the frames of one long one."""
    session.say(label)
    short = [await follow(url, _body(objective, seed, 20), 30.0) for seed in range(1, 4 if session.quick else 12)]
    seconds = 1.0 if session.quick else 3.0
    long = await follow(url, _body(objective, 0), seconds)
    if long.status != 200:
        return f"| {label} | not measured: status {long.status} | – | – |"
    later = median(stream.first for stream in short[1:])
    return f"| {label} | {1e3 * short[0].first:.1f} | {1e3 * later:.1f} | {_rate(long, seconds):,.0f} |"


def _rate(stream: Stream, seconds: float) -> float:
    """Frames a second after the first; a run that ended early is counted for the time that it took."""
    return stream.frames / (min(seconds, stream.last) - stream.first)


async def _lines(url: str, session: Session) -> list[str]:
    await _ready(url)
    nets = [(MOONS_200, (8,)), (MOONS_500, (16, 16)), (DIGITS, (32,))]
    lines = []
    for data, hidden in nets[: 1 if session.quick else None]:
        net = problem(data, hidden, "float64")
        label = f"{'-'.join(map(str, net.sizes))} on {len(net.inputs):,} points"
        lines.append(await _line(url, label, net.spec, session))
    return lines


class ServerRow(NamedTuple):
    """Ours alone: no peer serves."""

    letter: str = "j"
    title: str = "Through the server to a client"

    def run(self, session: Session) -> str:
        """A server of its own on a free port of loopback."""
        with running(LOG_LEVEL="warning") as (_, url):
            lines = asyncio.run(_lines(url, session))
        head = (
            "| one stream | first frame of its first run, ms | first frame, median, ms | frames/s |\n|---|--:|--:|--:|"
        )
        return "\n".join([head, *lines])


ROW = ServerRow()
