"""The one core generator: a computation in slices, fair to the others, stopped when nobody listens."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Future
from contextlib import aclosing, suppress
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any, Protocol, TypeVar

from app.experiments.events import Event
from app.serving.accounts import Account, accounted
from app.serving.admission import reply_too_large
from app.serving.capacity import NEAR, Capacity, Pace
from app.serving.metrics import Metrics
from app.serving.places import Places
from app.serving.problems import RefusalError, is_defect, refusal_of
from app.serving.rates import ClientRates
from app.serving.sharing import Sharing
from app.serving.turns import Turns
from app.serving.wire import encode
from app.serving.worker import Document, Reply, Task, collect, compute

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
        in_flight: calls that a worker holds or that wait for one.
        submitted: slices handed to the executor since the start.
    """

    in_flight: int = 0
    submitted: int = 0


class Dispatcher:
    """Runs tasks on an executor, slice by slice; must be made inside the event loop that uses it.

    Args:
        executor: where slices run.
        capacity: how much at once.
        pace: how long slices are.
        rates: what each client has asked for lately.
        metrics: where it is counted.
    """

    def __init__(
        self,
        executor: Submits,
        capacity: Capacity,
        pace: Pace = NEAR,
        rates: ClientRates | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        self.counters = Counters()
        self.draining = False
        self.metrics = metrics or Metrics()
        self.rates = rates or ClientRates(0)
        self.places = Places(capacity.streams, capacity.waiting, capacity.patience)
        self._executor, self._capacity, self._pace = executor, capacity, pace
        self._sharing = Sharing()
        self._turns = Turns(capacity.workers)

    async def slices(self, task: Task) -> AsyncGenerator[Reply, None]:
        """The replies of one slice after another; the next is asked for only when the last was taken.

        Those who ask for the very same at the same time share its slices; what somebody uploaded is never shared.

        Raises:
            RefusalError: too many streams, too costly, too much for this client, too long, or the server is stopping.
            SpecError: the spec cannot be carried out.
        """
        with accounted(task, self.metrics) as account:
            async with self.places.one():
                with self._sharing.joined(None if task.spec.upload else task._replace(client="")) as shared:
                    deadline = time.monotonic() + self._capacity.seconds
                    reply: Reply | None = None
                    for at in count():
                        self._in_time(deadline)
                        reply = await shared.reply(at, partial(self._next, task, reply, account))
                        yield reply
                        if reply.done:
                            break
            account.outcome = "finished"

    async def _next(self, task: Task, last: Reply | None, account: Account) -> Reply:
        """The slice after ``last``; the first finds out what all will cost, and is when it is charged."""
        if last is not None:
            reply = await self.slice(task, last.state, self.budget())
            account.enter(reply, self.metrics)
            return reply
        left = self.rates.left(task.client)
        reply = await self.slice(task._replace(limits=task.limits._replace(left=left)), None, self._pace.first)
        account.enter(reply, self.metrics)
        self.rates.charge(task.client, reply.cost.seconds if reply.cost else 0.0)
        return reply

    def _in_time(self, deadline: float) -> None:
        if time.monotonic() > deadline:
            detail = f"The computation was not done within {self._capacity.seconds:g} s; ask for less at once."
            raise RefusalError("deadline-passed", detail)

    async def chunks(self, task: Task, first: Reply, rest: AsyncGenerator[Reply, None]) -> AsyncGenerator[Reply, None]:
        """The replies of a stream whose first slice is there already; a failure becomes its last event.

        ``rest`` stays the caller's to close.
        """
        yield first
        try:
            async for reply in rest:
                yield reply
        except Exception as error:
            if is_defect(error):
                log.exception("a stream failed on its way")
            refusal = refusal_of(error)
            self.metrics.refusals.labels(refusal.kind).inc()
            yield Reply(b"", encode([Event("failed", refusal.report())], task.encoding), done=False)

    async def document(self, task: Task, form: Document) -> bytes:
        """A whole computation as one document; ``task`` is encoded with ``events`` framing."""
        chunks, size = [], 0
        async with aclosing(self.slices(task)) as replies:
            async for reply in replies:
                chunks.append(reply.chunk)
                size += len(reply.chunk)
                if size > self._capacity.reply:
                    raise reply_too_large(size, self._capacity.reply)
        return await self.call(collect, task, tuple(chunks), form)

    async def apart(self, function: Callable[..., T], *arguments: Any) -> T:
        """A call that is not part of a computation, in a place of its own."""
        async with self.places.one():
            return await self.call(function, *arguments, begins=True)

    async def slice(self, task: Task, state: bytes | None, budget: float) -> Reply:
        """One slice, unless the server is stopping."""
        self.counters.submitted += 1
        return await self.call(compute, task, state, budget, self.threads(), begins=state is None)

    async def call(self, function: Callable[..., T], *arguments: Any, begins: bool = False) -> T:
        """Run a pure function on the executor in turn; what ``begins`` goes ahead of what goes on.

        The turn ends with the call and not with the waiting: a caller that leaves does not make room before its
        worker is free again.
        """
        await self._turns.take(begins=begins)
        try:
            self._insist_on_staying()
            future = self._executor.submit(function, *arguments)
        except BaseException:
            self._turns.give_back()
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
        share = self._pace.share * self._capacity.workers / max(1, self.places.taken)
        return min(self._pace.longest, max(self._pace.shortest, share))

    def threads(self) -> int:
        """Threads of the next slice: an equal share of the workers' processors, where idle ones can lend theirs."""
        return max(1, self._capacity.workers // max(1, self.places.taken)) if self._pace.lends else 1

    def _insist_on_staying(self) -> None:
        """After the wait for a turn, so that a server that stops begins nothing more."""
        if self.draining:
            raise RefusalError("shutting-down", "The server is shutting down; send the request again in a moment.")

    def _hand_back(self, loop: asyncio.AbstractEventLoop) -> Callable[[Future[Any]], None]:
        def released() -> None:
            self.counters.in_flight -= 1
            self._turns.give_back()

        def done(_: Future[Any]) -> None:
            with suppress(RuntimeError):  # the loop has closed: nobody waits for a turn any more
                loop.call_soon_threadsafe(released)

        return done
