"""A bounded number of places, and a bounded queue before them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.serving.problems import RefusalError


class Places:
    """Places that are given in the order in which they were asked for; must be used inside one event loop.

    Args:
        most: how many are taken at once.
        queue: how many may wait for one.
        patience: seconds that one waits.
    """

    def __init__(self, most: int, queue: int, patience: float) -> None:
        self.taken = 0
        self.waiting = 0
        self._most, self._queue, self._patience = most, queue, patience
        self._free = asyncio.Semaphore(most)

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Hold a place.

        Raises:
            RefusalError: ``busy``: the queue is full, or no place became free in time.
        """
        await self._enter()
        self.taken += 1
        try:
            yield
        finally:
            self.taken -= 1
            self._free.release()

    async def _enter(self) -> None:
        if not self._free.locked():
            await self._free.acquire()  # does not wait
            return
        if self.waiting >= self._queue:
            raise self._busy(f"and {self.waiting} wait, the most that may")
        self.waiting += 1
        try:
            async with asyncio.timeout(self._patience):
                await self._free.acquire()
        except TimeoutError:
            raise self._busy(f"and none ended within {self._patience:g} s") from None
        finally:
            self.waiting -= 1

    def _busy(self, why: str) -> RefusalError:
        detail = f"{self._most} computations are under way, the most at once, {why}; try again in a moment."
        return RefusalError("busy", detail)
