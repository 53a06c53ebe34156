"""One computation for all who ask for the very same at once: a reply is a pure function of its spec.

Nobody leads. Readers walk along the replies so far; whoever comes to their end first has the next one computed, and the
others wait for it too. So the quickest reader sets the pace, one who leaves takes nothing away from the others, and the
work ends with the last. Every reader holds the state behind the reply it took last, from which it can go on alone: it
does where the replies have grown too large to be held for those who are behind, and where the slice of another failed,
which may be for a reason of that other's own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable, Iterator
from contextlib import contextmanager
from typing import Any

from app.serving.worker import Reply

HELD = 16 * 2**20
"""Bytes of replies that are held for those who are behind, of all computations together."""

LARGEST = HELD // 4
"""Of one computation."""

Compute = Callable[[], Coroutine[Any, Any, Reply]]


class Sharing:
    """The computations under way that can be joined; used inside one event loop.

    Attributes:
        held: bytes of replies, of all of them together.
    """

    def __init__(self) -> None:
        self.held = 0
        self._open: dict[Hashable, Shared] = {}

    @contextmanager
    def joined(self, key: Hashable | None) -> Iterator[Shared]:
        """Walk along the computation ``key`` from its beginning; without a key, alone."""
        shared = self._open.get(key)
        if shared is None or shared.apart:
            shared = Shared(self, apart=key is None)
            self._open[key] = shared
        shared.readers += 1
        try:
            yield shared
        finally:
            shared.readers -= 1
            if not shared.readers:
                shared.stop()
                if self._open.get(key) is shared:
                    del self._open[key]


class Shared:
    """A computation under way, and its replies so far.

    Attributes:
        readers: how many walk along it.
        apart: whether each of them goes on alone by now.
    """

    def __init__(self, owner: Sharing, *, apart: bool) -> None:
        self.readers, self.apart = 0, apart
        self._owner, self._size = owner, 0
        self._replies: list[Reply] = []
        self._next: asyncio.Task[Reply] | None = None

    async def reply(self, at: int, compute: Compute) -> Reply:
        """The reply number ``at``, which ``compute`` gives where nobody has asked for it yet.

        Raises:
            Exception: what ``compute`` raised for this reader.
        """
        if self.apart:
            return await compute()
        if at < len(self._replies):
            return self._replies[at]
        mine = self._next is None
        coming = self._next = self._next or _begun(compute)
        try:
            reply = await asyncio.shield(coming)
        except Exception:
            self.part()
            if mine:
                raise
            return await compute()
        self._enter(at, reply)
        return reply

    def part(self) -> None:
        """Let every reader go on alone; what is being computed is still for those who wait for it."""
        self._owner.held -= self._size
        self.apart, self._size, self._replies = True, 0, []

    def stop(self) -> None:
        """Nobody reads any more."""
        if self._next is not None:
            self._next.cancel()
        self.part()

    def _enter(self, at: int, reply: Reply) -> None:
        """The first of those who waited holds the reply for the others."""
        if self.apart or at < len(self._replies):
            return
        self._next = None
        self._replies.append(reply)
        size = len(reply.chunk) + len(reply.state)
        self._size += size
        self._owner.held += size
        if self._size > LARGEST or self._owner.held > HELD:
            self.part()


def _begun(compute: Compute) -> asyncio.Task[Reply]:
    """A task whose failure is nobody's where all who waited for it have left."""
    task = asyncio.create_task(compute())
    task.add_done_callback(lambda done: done.cancelled() or done.exception())
    return task
