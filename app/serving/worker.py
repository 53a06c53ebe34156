"""What runs inside a worker process: pure functions of their arguments, and nothing that outlives a call."""

from __future__ import annotations

import pickle
import time
from collections.abc import Sequence
from functools import lru_cache
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Literal, NamedTuple

from app.core.spec import Spec
from app.core.threads import allowing
from app.experiments.events import Event
from app.serving.admission import Limits
from app.serving.intake import Packed
from app.serving.wire import Encoding, decode, document, encode, file_document, grid_document

if TYPE_CHECKING:
    from app.experiments.jobs._base import Job

Document = Literal["json", "grid", "file"]


class Task(NamedTuple):
    """A computation as the server holds it: everything a worker needs, nothing unpacked.

    Attributes:
        jobs: import path ``module:attribute`` of the mapping that holds the job.
        job: its name there.
        spec: the validated spec.
        limits: the largest cost that is let in.
        encoding: how its events travel.
        client: who asks.
    """

    jobs: str
    job: str
    spec: Packed
    limits: Limits
    encoding: Encoding = Encoding()
    client: str = ""


class Spent(NamedTuple):
    """The estimated cost of a computation, as it is accounted for."""

    seconds: float
    bytes: int


class Reply(NamedTuple):
    """One slice's outcome.

    Attributes:
        state: packed, for the next slice.
        chunk: its events as bytes.
        done: whether that was all.
        seconds: how long it took.
        cost: estimate of the whole, with the first slice.
    """

    state: bytes
    chunk: bytes
    done: bool
    seconds: float = 0.0
    cost: Spent | None = None


def compute(task: Task, state: bytes | None, budget: float, threads: int = 1) -> Reply:
    """Advance ``task`` by about ``budget`` seconds on some threads; its cost is checked before its first slice.

    Raises:
        RefusalError: the computation, or one of its events, is over a limit.
        SpecError: the spec is well formed but cannot be carried out.
    """
    started = time.perf_counter()
    job, spec = load(task.jobs, task.job), _unpacked(task.spec)
    cost = _admitted(job, spec, task.limits) if state is None else None
    with allowing(threads):
        piece = job.advance(spec, None if state is None else pickle.loads(state), budget)
    left = b"" if piece.done else pickle.dumps(piece.state, pickle.HIGHEST_PROTOCOL)
    chunk = _encoded(piece.events, task)
    return Reply(left, chunk, piece.done, time.perf_counter() - started, cost)


def _admitted(job: Job, spec: Spec, limits: Limits) -> Spent:
    cost = job.cost(spec)
    limits.admit(cost)
    return Spent(cost.seconds, cost.bytes)


def _encoded(events: Sequence[Event], task: Task) -> bytes:
    """Event by event, so that the largest is known."""
    if task.encoding.framing == "events":
        return encode(events, task.encoding)
    parts = [encode([event], task.encoding) for event in events]
    task.limits.admit_event(max(map(len, parts), default=0))
    return b"".join(parts)


def collect(task: Task, chunks: tuple[bytes, ...], form: Document) -> bytes:
    """One document out of all events of a computation.

    Raises:
        RefusalError: the computation failed on its way.
    """
    events = decode(chunks)
    data = load(task.jobs, task.job).collect(events)
    if form == "file":
        return file_document(data)
    return grid_document(data) if form == "grid" else document(data, task.encoding.columns)


def load(jobs: str, name: str) -> Job:
    """The job ``name`` of the mapping at the import path ``jobs``."""
    job: Job = resolve_name(jobs)[name]
    return job


@lru_cache(maxsize=8)
def _unpacked(packed: Packed) -> Spec:
    """Kept from slice to slice, so that caches keyed by the spec see the very same object."""
    spec: Spec = pickle.loads(packed.data)
    return spec
