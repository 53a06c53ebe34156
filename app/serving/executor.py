"""Worker processes behind ``concurrent.futures``: lost ones are replaced, and pure calls are run again.

Each process has its own pipe and its own thread in the server, so that one that is killed or stuck harms no other:
neither ``ProcessPoolExecutor`` (one death breaks every pending call) nor Pebble's pool (the death of an idle worker
breaks it) gives that. A round trip takes 0.1 ms.
"""

from __future__ import annotations

import logging
import pickle
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from functools import partial
from typing import Any, NamedTuple, TypeVar

from app.serving.forking import fork_server
from app.serving.process import WorkerDiedError, WorkerProcess

CHECK_SECONDS = 1.0
ATTEMPTS = 3
JOIN_SECONDS = 0.5

log = logging.getLogger(__name__)
T = TypeVar("T")


class Call(NamedTuple):
    """A pickled ``(function, arguments)`` and where its result goes."""

    payload: bytes
    future: Future[Any]


class WorkerPool(Executor):
    """Runs pure functions in worker processes.

    Args:
        workers: number of processes.
        boot: called once in each new process.
        preload: modules the fork server imports, so that a replacement is ready within milliseconds.
        seconds: a call that runs longer raises TimeoutError and its process is replaced.
        memory: bytes of address space of each process; a call that needs more raises MemoryError.

    A function whose process dies is run again in a fresh one, up to :data:`ATTEMPTS` times, then fails with
    ``BrokenExecutor``: functions must be pure.
    """

    def __init__(
        self,
        workers: int,
        *,
        boot: Callable[[], None],
        preload: Sequence[str] = (),
        seconds: float = 60.0,
        memory: int | None = None,
    ) -> None:
        context = fork_server(preload)
        self._calls: queue.SimpleQueue[Call | None] = queue.SimpleQueue()
        start = partial(WorkerProcess, context, boot, memory)
        self._slots = [_Slot(start, self._calls, seconds) for _ in range(workers)]
        for slot in self._slots:
            slot.thread.start()

    @property
    def ready(self) -> bool:
        """Whether every worker has booted."""
        return all(slot.ready.is_set() for slot in self._slots)

    @property
    def replaced(self) -> int:
        """How many processes had to be replaced so far."""
        return sum(slot.replaced for slot in self._slots)

    def pids(self) -> list[int]:
        """Process ids of the workers that live."""
        return [pid for slot in self._slots if (pid := slot.pid) is not None]

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Schedule ``fn(*args)``; ``fn`` and its arguments must be picklable."""
        if kwargs:
            raise TypeError("arguments go by position; wrap the function where it needs names")
        future: Future[T] = Future()
        self._calls.put(Call(pickle.dumps((fn, args), pickle.HIGHEST_PROTOCOL), future))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Stop all workers; calls under way fail, calls that wait do where ``cancel_futures``."""
        if cancel_futures:
            self._cancel_waiting()
        for slot in self._slots:
            slot.stopping.set()
            self._calls.put(None)
        for slot in self._slots:
            if wait:
                slot.thread.join(JOIN_SECONDS)
            slot.stop()

    def _cancel_waiting(self) -> None:
        while not self._calls.empty():
            try:
                call = self._calls.get_nowait()
            except queue.Empty:
                return
            if call:
                call.future.cancel()


class _Slot:
    """A worker's place: the thread that keeps a live process in it and feeds it."""

    def __init__(
        self, start: Callable[[], WorkerProcess], calls: queue.SimpleQueue[Call | None], seconds: float
    ) -> None:
        self.ready = threading.Event()
        self.stopping = threading.Event()
        self.replaced = 0
        self.thread = threading.Thread(target=self._work, name="thalweg-slot", daemon=True)
        self._start, self._calls, self._seconds = start, calls, seconds
        self._process: WorkerProcess | None = None

    @property
    def pid(self) -> int | None:
        process = self._process
        return process.pid if process is not None and process.is_alive() else None

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.stop()

    def _work(self) -> None:
        while not self.stopping.is_set():
            self._heal()
            try:
                call = self._calls.get(timeout=CHECK_SECONDS)
            except queue.Empty:
                continue
            if call is not None and call.future.set_running_or_notify_cancel():
                self._answer(call)
        self.stop()

    def _answer(self, call: Call) -> None:
        try:
            call.future.set_result(self._persist(call.payload))
        except BaseException as error:
            call.future.set_exception(error)

    def _persist(self, payload: bytes) -> Any:
        for _ in range(ATTEMPTS):
            if self.stopping.is_set() or not self._heal():
                break
            try:
                return self._alive().call(payload, self._seconds)
            except WorkerDiedError as error:
                log.warning("%s; a fresh one runs the slice again", error)
                self.stop()
            except TimeoutError:
                self.stop()
                raise
        raise BrokenExecutor("the call's worker process could not be kept alive")

    def _alive(self) -> WorkerProcess:
        assert self._process is not None
        return self._process

    def _heal(self) -> bool:
        """Make sure that a live process is in place; False where none could be started."""
        if self._process is not None and self._process.is_alive():
            return True
        if self._process is not None or self.ready.is_set():
            self.replaced += 1
            self.stop()
        try:
            self._process = self._start()
            self._process.wait_until_ready()
        except (WorkerDiedError, TimeoutError, OSError, EOFError):  # the last: the fork server itself is gone
            if not self.stopping.is_set():
                log.exception("a worker process could not be started")
            self.stop()
            return False
        self.ready.set()
        return True
