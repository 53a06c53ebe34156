"""One worker process at the other end of a pipe."""

from __future__ import annotations

import ctypes
import gc
import os
import pickle
import resource
import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext
from typing import Any

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

START_SECONDS = 120.0
NICENESS = 5
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
"""Names of glibc's ``malloc.h``."""


class WorkerDiedError(Exception):
    """The process is gone: killed from outside, or by the memory it took."""


class WorkerProcess:
    """A process that runs one function at a time; made by :meth:`start`, used by one thread.

    Args:
        context: how processes are made; its fork server has the engine imported already.
        boot: called once in the new process before it says that it is ready.
        memory: bytes of address space that it may take; what asks for more raises MemoryError. None is no limit.
    """

    def __init__(self, context: ForkServerContext, boot: Callable[[], None], memory: int | None = None) -> None:
        self._pipe, other = context.Pipe()
        self._process = context.Process(target=_serve, args=(other, boot, memory), name="thalweg-worker", daemon=True)
        self._process.start()
        other.close()

    @property
    def pid(self) -> int | None:
        """Process id."""
        return self._process.pid

    def is_alive(self) -> bool:
        """Whether the process can still answer."""
        return self._process.is_alive()

    def wait_until_ready(self) -> None:
        """Block until the process has booted.

        Raises:
            WorkerDiedError: it did not get that far.
        """
        self._receive(START_SECONDS)

    def call(self, payload: bytes, seconds: float) -> Any:
        """Run a pickled ``(function, arguments)`` and return its result, or raise what it raised.

        Raises:
            WorkerDiedError: the process died under it.
            TimeoutError: no answer within ``seconds``.
        """
        try:
            self._pipe.send_bytes(payload)
        except OSError as error:
            raise WorkerDiedError(f"worker {self.pid} is gone") from error
        succeeded, outcome = pickle.loads(self._receive(seconds))
        if succeeded:
            return outcome
        raise outcome

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.join()
        self._pipe.close()

    def _receive(self, seconds: float) -> bytes:
        try:
            if self._pipe.poll(seconds):
                return self._pipe.recv_bytes()
        except (EOFError, OSError) as error:
            raise WorkerDiedError(f"worker {self.pid} died") from error
        raise TimeoutError(f"worker {self.pid} gave no answer within {seconds:g} s")


def _serve(pipe: Connection, boot: Callable[[], None], memory: int | None) -> None:
    """Answer calls until the server's end of the pipe closes."""
    _settle_in()
    bound_memory(memory)
    with engine_room():
        boot()
        gc.collect()
        gc.freeze()  # what was imported stays: a full collection of it took longer than a slice
        pipe.send_bytes(b"ready")
        while True:
            try:
                payload = pipe.recv_bytes()
            except (EOFError, OSError):
                return
            pipe.send_bytes(_outcome(payload))


def _settle_in() -> None:
    """Leave stopping to the server, leave the processor to the server, and leave with the server."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.nice(NICENESS)
    threading.Thread(target=_leave_with_the_server, name="thalweg-watch", daemon=True).start()


def bound_memory(most: int | None) -> None:
    """Let allocations of this process fail, as MemoryError, before the system's memory does."""
    if most is not None:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


@contextmanager
def engine_room() -> Iterator[None]:
    """What the engine is quick in: one BLAS thread, since threads share out larger pieces, and memory that stays."""
    import numpy as np  # noqa: F401 - its BLAS is what is limited

    _keep_freed_memory()
    with threadpool_limits(1):
        yield


def _keep_freed_memory() -> None:
    """Reuse NumPy's temporaries instead of giving them back and page-faulting them in again (glibc's ``mallopt``)."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, 64 << 20)
        mallopt(M_TRIM_THRESHOLD, 256 << 20)


def _leave_with_the_server() -> None:
    """The system's parent-death signal would not do: our parent is the fork server, which lives as long as we do."""
    server = parent_process()
    assert server is not None
    wait([server.sentinel])
    os._exit(0)


def _outcome(payload: bytes) -> bytes:
    try:
        function, arguments = pickle.loads(payload)
        return pickle.dumps((True, function(*arguments)), pickle.HIGHEST_PROTOCOL)
    except Exception as error:
        error.add_note(traceback.format_exc())
        return _failure(error)


def _failure(error: Exception) -> bytes:
    """``error`` itself where it survives the journey, else its text."""
    try:
        packed = pickle.dumps((False, error), pickle.HIGHEST_PROTOCOL)
        pickle.loads(packed)
    except Exception:
        return pickle.dumps((False, RuntimeError("".join(traceback.format_exception(error)))))
    return packed
