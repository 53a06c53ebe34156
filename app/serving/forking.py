"""The process that workers are forked from: it has imported what they need, and is ready before the server asks."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext

JOBS = "app.lessons.jobs:JOBS"
"""Import path, ``module:attribute``, of everything that a server can run."""

LATE = ("scipy.fft", "scipy.linalg", "scipy.special", "scipy.stats")
"""What jobs import only when they need it, and what would take a first request half a second."""

EVERY_ENTRY = "app.serving.everything"
"""Imports what specs may name, after the jobs that read them."""

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS")


def modules_of(jobs: str) -> tuple[str, ...]:
    """What is to be imported where ``jobs`` are to run at once."""
    return (jobs.partition(":")[0], *LATE, EVERY_ENTRY)


def fork_server(preload: Sequence[str] = ()) -> ForkServerContext:
    """Begin to import ``preload`` in a process of its own, from which the context's processes are then forked.

    Returns at once. Where that process runs already, it keeps what it was begun with.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["app.serving.process", *preload])
    with _single_threaded_environment():
        _without_interrupts(forkserver.ensure_running)
    return context


def _without_interrupts(start: Callable[[], None]) -> None:
    """Processes inherit the mask: Ctrl-C is the server's to handle, even while its children still import."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _single_threaded_environment() -> Iterator[None]:
    """Children read these before they import NumPy: two BLAS threads beside other workers collapse."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
