"""The one core generator: a computation in slices, fair to the others, stopped when nobody listens."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import Future
from contextlib import aclosing, contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from app.experiments.events import Event
from app.serving.problems import RefusalError, is_defect, refusal_of
from app.serving.wire import encode
from app.serving.worker import Document, Reply, Task, collect, compute

FIRST_SECONDS = 0.005
SHORTEST_SECONDS = 0.004
LONGEST_SECONDS = 0.050
SHARE = 0.25
LOOKAHEAD = 1

log = logging.getLogger(__name__)
T = TypeVar("T")


class Submits(Protocol):
    """The part of ``concurrent.futures.Executor`` that is used: a process pool here, a cluster elsewhere."""

    def submit(self, fn: Callable[..., T], /, *args: Any) -> Future[T]:
        """Schedule ``fn(*args)``."""


@dataclass
class Counters:
    """What the dispatcher is doing.

    Attributes:
        active: computations under way.
        in_flight: calls that a worker holds or that wait for one.
        submitted: slices handed to the executor since the start.
    """

    active: int = 0
    in_flight: int = 0
    submitted: int = 0


class Dispatcher:
    """Runs tasks on an executor, slice by slice; must be made inside the event loop that uses it.

    Args:
        executor: where slices run.
        workers: how many run at once.
        max_streams: computations under way at once; more are refused with ``busy``.
    """

    def __init__(self, executor: Submits, workers: int, max_streams: int) -> None:
        self.counters = Counters()
        self.draining = False
        self._executor = executor
        self._workers = workers
        self._max_streams = max_streams
        self._turns = asyncio.Semaphore(workers + LOOKAHEAD)

    async def slices(self, task: Task) -> AsyncGenerator[Reply, None]:
        """The replies of one slice after another; the next is asked for only when the last was taken.

        Raises:
            RefusalError: too many streams, too costly, or the server is stopping.
            SpecError: the spec cannot be carried out.
        """
        with self._place():
            reply = await self.slice(task, None, FIRST_SECONDS)
            yield reply
            while not reply.done:
                reply = await self.slice(task, reply.state, self.budget())
                yield reply

    async def chunks(self, task: Task, first: Reply, rest: AsyncGenerator[Reply, None]) -> AsyncGenerator[bytes, None]:
        """The bytes of a stream whose first slice is there already; a failure becomes its last event.

        ``rest`` stays the caller's to close.
        """
        yield first.chunk
        try:
            async for reply in rest:
                yield reply.chunk
        except Exception as error:
            if is_defect(error):
                log.exception("a stream failed on its way")
            yield encode([Event("failed", refusal_of(error).report())], task.encoding)

    async def document(self, task: Task, form: Document) -> bytes:
        """A whole computation as one document; ``task`` is encoded with ``events`` framing."""
        async with aclosing(self.slices(task)) as replies:
            chunks = tuple([reply.chunk async for reply in replies])
        return await self.call(collect, task, chunks, form)

    async def slice(self, task: Task, state: bytes | None, budget: float) -> Reply:
        """One slice, unless the server is stopping."""
        if self.draining:
            raise RefusalError("shutting-down", "The server is shutting down; send the request again in a moment.")
        self.counters.submitted += 1
        return await self.call(compute, task, state, budget)

    async def call(self, function: Callable[..., T], *arguments: Any) -> T:
        """Run a pure function on the executor in turn (first come, first served).

        The turn ends with the call and not with the waiting: a caller that leaves does not make room before its
        worker is free again.
        """
        await self._turns.acquire()
        try:
            future = self._executor.submit(function, *arguments)
        except BaseException:
            self._turns.release()
            raise
        self.counters.in_flight += 1
        future.add_done_callback(self._hand_back(asyncio.get_running_loop()))
        try:
            return await asyncio.shield(asyncio.wrap_future(future))
        except asyncio.CancelledError:
            future.cancel()
            raise

    def budget(self) -> float:
        """Seconds of the next slice: an equal share of the workers, within bounds."""
        share = SHARE * self._workers / max(1, self.counters.active)
        return min(LONGEST_SECONDS, max(SHORTEST_SECONDS, share))

    @contextmanager
    def _place(self) -> Iterator[None]:
        if self.counters.active >= self._max_streams:
            most = f"{self._max_streams} computations are under way, the most at once"
            raise RefusalError("busy", f"{most}; try again in a moment.")
        self.counters.active += 1
        try:
            yield
        finally:
            self.counters.active -= 1

    def _hand_back(self, loop: asyncio.AbstractEventLoop) -> Callable[[Future[Any]], None]:
        def released() -> None:
            self.counters.in_flight -= 1
            self._turns.release()

        def done(_: Future[Any]) -> None:
            with suppress(RuntimeError):  # the loop has closed: nobody waits for a turn any more
                loop.call_soon_threadsafe(released)

        return done
