"""What runs inside a worker process: pure functions of their arguments, and nothing that outlives a call."""

from __future__ import annotations

import importlib
import pickle
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from app.core.spec import Spec
from app.serving.admission import Limits
from app.serving.intake import Packed
from app.serving.wire import Encoding, decode, document, encode, file_document, grid_document

if TYPE_CHECKING:
    from app.experiments.jobs import Job

Document = Literal["json", "grid", "file"]


class Task(NamedTuple):
    """A computation as the server holds it: everything a worker needs, nothing unpacked.

    Attributes:
        jobs: import path ``module:attribute`` of the mapping that holds the job.
        job: its name there.
        spec: the validated spec.
        limits: the largest cost that is let in.
        encoding: how its events travel.
    """

    jobs: str
    job: str
    spec: Packed
    limits: Limits
    encoding: Encoding = Encoding()


class Reply(NamedTuple):
    """One slice's outcome: the packed state for the next, its events as bytes, whether that was all."""

    state: bytes
    chunk: bytes
    done: bool


def compute(task: Task, state: bytes | None, budget: float) -> Reply:
    """Advance ``task`` by about ``budget`` seconds; its cost is checked before its first slice.

    Raises:
        RefusalError: the computation is over a limit.
        SpecError: the spec is well formed but cannot be carried out.
    """
    job, spec = load(task.jobs, task.job), _unpacked(task.spec)
    if state is None:
        task.limits.admit(job.cost(spec))
    piece = job.advance(spec, None if state is None else pickle.loads(state), budget)
    left = b"" if piece.done else pickle.dumps(piece.state, pickle.HIGHEST_PROTOCOL)
    return Reply(left, encode(piece.events, task.encoding), piece.done)


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
    module, _, attribute = jobs.partition(":")
    job: Job = getattr(importlib.import_module(module), attribute)[name]
    return job


@lru_cache(maxsize=8)
def _unpacked(packed: Packed) -> Spec:
    """Kept from slice to slice, so that caches keyed by the spec see the very same object."""
    spec: Spec = pickle.loads(packed.data)
    return spec
