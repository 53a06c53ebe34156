"""Computations whose pace, size and failures a test can choose."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from pydantic import ConfigDict, Field

from app.core.errors import SpecError
from app.core.spec import Real, Spec, Whole
from app.core.threads import threads
from app.experiments.events import Event, Holey


class FakeCost(NamedTuple):
    """What the spec says it costs."""

    seconds: float
    bytes: int
    advice: str


class FakeSlice(NamedTuple):
    """As a job's slice."""

    state: Any
    events: list[Event]
    done: bool


class FakeSpec(Spec):
    """Emit ``n`` events, one at a time; whatever warms up a worker is a valid spec too."""

    model_config = ConfigDict(extra="ignore")

    n: Whole = Field(10, ge=1, le=10**9)
    pause: Real = 0.0
    fail_at: Whole | None = None
    fail_with: str = "defect"
    lose_worker_at: Whole | None = None
    marker: str = ""
    cost: Real = 0.0
    text: str = ""
    width: Whole = 0


def fail(spec: FakeSpec) -> None:
    """Go wrong in the way that ``spec`` asks for."""
    if spec.fail_with == "spec":
        raise SpecError("n 3 must not be 3; take 4", "/n")
    if spec.fail_with == "memory":
        raise MemoryError
    if spec.fail_with == "all memory":
        np.ones(2**40)
    if spec.fail_with == "hanging":
        time.sleep(600)
    if spec.fail_with == "death":
        os.kill(os.getpid(), signal.SIGKILL)
    raise RuntimeError("a secret of the implementation")


def lose_worker(spec: FakeSpec) -> None:
    """Kill this process, the first time round."""
    if not Path(spec.marker).exists():
        Path(spec.marker).touch()
        os.kill(os.getpid(), signal.SIGKILL)


def advance(spec: FakeSpec, state: int | None, budget: float) -> FakeSlice:
    """Events for about ``budget`` seconds."""
    deadline, events, i = time.perf_counter() + budget, [], state or 0
    while i < spec.n:
        if i == spec.fail_at:
            fail(spec)
        if i == spec.lose_worker_at:
            lose_worker(spec)
        time.sleep(spec.pause)
        wide = {"text": "w" * spec.width} if spec.width else {}
        columns = {"step": np.arange(i, i + 3), "loss": np.sqrt(np.arange(3.0) + i)}
        events.append(Event("frames", columns | {"threads": threads()} | wide))
        i += 1
        if time.perf_counter() >= deadline:
            break
    return FakeSlice(i, events, i >= spec.n)


def collect(events: Sequence[Event]) -> dict[str, Any]:
    """All columns joined."""
    return {name: np.concatenate([event.data[name] for event in events]) for name in ("step", "loss")}


def collect_grid(events: Sequence[Event]) -> dict[str, Any]:
    """A grid with one hole."""
    loss = np.array([[1.0, 2.0, 3.0], [4.0, np.inf, 6.0]])
    return {"x": np.arange(3.0), "y": np.arange(2.0), "loss": Holey(loss), "holes": 1}


class FakeJob(NamedTuple):
    """As a job."""

    spec: type[Spec]
    advance: Any
    cost: Any
    collect: Any


def cost(spec: FakeSpec) -> FakeCost:
    """What the spec says."""
    return FakeCost(spec.cost, 1000, "a smaller n")


RUN = FakeJob(FakeSpec, advance, cost, collect)


class Jobs(dict[str, FakeJob]):
    """Whatever job a route asks for, it is the fake one."""

    def __missing__(self, name: str) -> FakeJob:
        return RUN


JOBS = Jobs(landscape=RUN._replace(collect=collect_grid))


def boot() -> None:
    """Nothing to warm up."""
