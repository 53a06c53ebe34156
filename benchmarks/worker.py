"""A contender in a process of its own: threads pinned, memory measured, imports apart from everybody else's."""

from __future__ import annotations

import gc
import multiprocessing
import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from math import ceil
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.cases import Answer, Prepared
from benchmarks.contender import contender

PATIENCE = 90.0
"""Seconds that one request may take before the contender is given up."""
FAREWELL = 3.0
"""Seconds in which a process is to end by itself."""
SHORT = 0.05
"""Seconds below which a work is repeated within one measurement."""
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


class FailedError(Exception):
    """A contender could not do a work; the message says why."""


class First(NamedTuple):
    """The first call in a process, compilation included: its seconds, its answer, megabytes it added at its peak."""

    seconds: float
    answer: Answer
    peak: float


class Worker:
    """The parent's side of a contender's process."""

    def __init__(self, name: str, threads: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(name, threads, theirs), daemon=True)
        with _environment(threads, contender(name).environment):
            self._process.start()
        theirs.close()

    def first(self, work: str, case: Any) -> First:
        """Prepare ``work`` and do it once."""
        first: First = self._ask((work, case))
        return first

    def again(self) -> float:
        """Seconds of one more."""
        return float(self._ask(None))

    def close(self) -> None:
        """End the process: it leaves when nobody asks any more, by force where it is busy."""
        self._pipe.close()
        self._process.join(FAREWELL)
        self._process.kill()
        self._process.join()

    def _ask(self, request: Any) -> Any:
        try:
            self._pipe.send(request)
            if not self._pipe.poll(PATIENCE):
                raise FailedError(f"no answer within {PATIENCE:g} s")
            reply = self._pipe.recv()
        except (EOFError, OSError) as error:
            raise FailedError("its process ended") from error
        if isinstance(reply, FailedError):
            raise reply
        return reply


@contextmanager
def _environment(threads: int, own: Mapping[str, str]) -> Iterator[None]:
    """What a child inherits: as many threads as it may use, JAX on the processor and able to use float64; its own."""
    added = dict.fromkeys(THREADS, str(threads)) | {"JAX_ENABLE_X64": "1", "JAX_PLATFORMS": "cpu", **own}
    before = {name: os.environ.get(name) for name in added}
    os.environ.update(added)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def _serve(name: str, threads: int, pipe: Connection) -> None:
    """The child: a case is prepared and done once, None does it again."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
    with contender(name).surroundings(threads):
        _answer(name, pipe)


def _answer(name: str, pipe: Connection) -> None:
    prepared, repeats = None, 0
    while True:
        try:
            request = pipe.recv()
        except EOFError:
            return
        try:
            if request is None:
                assert prepared is not None
                prepared.run()  # after another process had the cores, the first one finds its data in no cache
                repeats = repeats or max(1, ceil(SHORT / max(_timed(prepared, 1), 1e-7)))
                pipe.send(_timed(prepared, repeats))
                continue
            prepared, repeats = None, 0
            gc.collect()
            prepared, first = _prepared(name, *request)
            pipe.send(first)
        except Exception as error:  # whatever a contender raises is the reason that the table shows
            pipe.send(FailedError(_reason(error)))


def _reason(error: Exception) -> str:
    """One line; what a contender does not offer is no error of a class that would tell more."""
    text = str(error) if isinstance(error, NotImplementedError) else f"{type(error).__name__}: {error}"
    return (text.splitlines() or [type(error).__name__])[0][:160]


def _prepared(name: str, work: str, case: Any) -> tuple[Prepared, First]:
    prepared: Prepared = getattr(contender(name), work)(case)
    before = _megabytes("VmRSS", reset=True)
    began = time.perf_counter()
    found = prepared.run()
    seconds = time.perf_counter() - began
    peak = _megabytes("VmHWM") - before
    return prepared, First(seconds, prepared.answer(found), peak)


def _timed(prepared: Prepared, repeats: int) -> float:
    """Seconds of one, the mean of so many."""
    began = time.perf_counter()
    for _ in range(repeats):
        prepared.run()
    return (time.perf_counter() - began) / repeats


def _megabytes(field: str, reset: bool = False) -> float:
    """A line of ``/proc/self/status``; ``reset`` lets the peak begin anew."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    (kilobytes,) = re.findall(rf"{field}:\s+(\d+)", Path("/proc/self/status").read_text())
    return int(kilobytes) / 1000
