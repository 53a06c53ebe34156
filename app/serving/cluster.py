"""Workers of a Dask cluster behind the executor's shape, for more than one machine.

The scheduler runs a slice whose worker dies on another one, and gives up on a slice that has killed several
(``distributed.scheduler.allowed-failures``). Whoever reaches a scheduler may run anything on its workers: it belongs on
a network of its own, or behind ``tls://``.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import suppress
from typing import Any, TypeVar

from distributed import Client, WorkerPlugin
from distributed.scheduler import KilledWorker
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from app.serving.problems import RefusalError
from app.serving.process import bound_memory

CONNECT_SECONDS = 5.0
CHECK_SECONDS = 1.0
CLOSE_SECONDS = 5.0

log = logging.getLogger(__name__)
T = TypeVar("T")


class SettleIn(WorkerPlugin):  # type: ignore[misc]
    """What each worker does when it joins: one BLAS thread, bounded memory, the engine imported.

    Args:
        boot: imports the engine.
        memory: bytes of address space.
    """

    name = "thalweg-settle-in"

    def __init__(self, boot: Callable[[], None], memory: int | None) -> None:
        self._boot, self._memory = boot, memory

    def setup(self, worker: Any) -> None:
        """Run in the worker's process."""
        bound_memory(self._memory)
        threadpool_limits(1)
        self._boot()


class ClusterExecutor(Executor):
    """Runs pure functions on a cluster; connects in the background, and again when the scheduler was away.

    Args:
        address: of the scheduler.
        boot: called once in each worker.
        seconds: a call that runs longer raises TimeoutError and its worker is restarted.
        memory: bytes of address space of each worker.
    """

    def __init__(
        self, address: str, *, boot: Callable[[], None], seconds: float = 60.0, memory: int | None = None
    ) -> None:
        self.replaced = 0
        self._address, self._seconds = address, seconds
        self._plugin = SettleIn(boot, memory)
        self._client: Client | None = None
        self._suspected = asyncio.Lock()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="thalweg-cluster", daemon=True)
        self._thread.start()
        self._soon(self._keep_connected())

    @property
    def ready(self) -> bool:
        """Whether there is a scheduler with a worker that has settled in."""
        return self._client is not None and self._client.status == "running"

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Schedule ``fn(*args)``; ``fn`` must be importable on the workers."""
        if kwargs:
            raise TypeError("arguments go by position; wrap the function where it needs names")
        return self._soon(self._call(fn, args))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster, which goes on; calls under way are cancelled."""
        with suppress(TimeoutError):
            self._soon(self._leave()).result(CLOSE_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        if wait:
            self._thread.join(CLOSE_SECONDS)
            self._loop.close()

    def _soon(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    async def _keep_connected(self) -> None:
        while True:
            if not self.ready:
                with suppress(OSError, TimeoutError):
                    await self._connect()
            await asyncio.sleep(CHECK_SECONDS)

    async def _connect(self) -> None:
        client = Client(self._address, asynchronous=True, set_as_default=False, timeout=CONNECT_SECONDS)
        try:
            await client
            await client.wait_for_workers(1)
            await client.register_plugin(self._plugin)
        except BaseException:
            await client.close()
            raise
        self._client = client
        log.info("connected to the cluster at %s", self._address)

    async def _call(self, fn: Callable[..., T], args: tuple[Any, ...]) -> T:
        """The scheduler blames every call that a dying worker held, also those that only waited behind the culprit.

        Who is blamed is tried once more, one after the other, so that the innocent do not meet the culprit again.
        """
        try:
            return await self._once(fn, args)
        except KilledWorker:
            async with self._suspected:
                try:
                    return await self._once(fn, args)
                except KilledWorker as error:
                    raise BrokenExecutor("the call killed one worker after the other") from error

    async def _once(self, fn: Callable[..., T], args: tuple[Any, ...]) -> T:
        client = self._client
        if client is None or not self.ready:
            raise RefusalError("busy", "The cluster cannot be reached; try again in a moment.")
        future = client.submit(fn, *args, pure=False)
        try:
            answer: T = await self._within_time(client, future)
            return answer
        finally:
            future.release()

    async def _within_time(self, client: Client, future: Any) -> Any:
        try:
            async with asyncio.timeout(self._seconds) as limit:
                return await future
        except TimeoutError:
            if limit.expired():
                await self._restart_worker_of(client, future)
            raise
        except asyncio.CancelledError:
            if future.cancelled():  # by the scheduler's end, not by ours
                raise BrokenExecutor("the cluster lost the call") from None
            await future.cancel()
            raise

    async def _restart_worker_of(self, client: Client, future: Any) -> None:
        """A stuck call cannot be stopped, so its process is; what waits behind it moves on.

        The call is forgotten first: the scheduler would send it, and the hang with it, to the next worker.
        """
        processing = await client.processing()
        stuck = [worker for worker, keys in processing.items() if future.key in keys]
        await future.cancel()
        if stuck:
            log.warning("a slice took more than %g s; its worker %s is restarted", self._seconds, stuck[0])
            self.replaced += len(stuck)
            await client.restart_workers(stuck, raise_for_error=False)

    async def _leave(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        if self._client is not None:
            await self._client.close()
