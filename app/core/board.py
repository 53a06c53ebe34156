"""Memory in which a process and its fork tell each other how far they are, quicker than by any message."""

from __future__ import annotations

import ctypes
import mmap
import platform
import time
from collections.abc import Callable, Iterator

import numpy as np

from app.core.memory import LINE

STORES_IN_ORDER = platform.machine().lower() in {"x86_64", "amd64"}
"""Whether all see what a processor writes in the order in which it was written."""
ROOM = 1 << 23
"""Bytes for what the numbers speak of."""
SPIN, NAP = 1e-3, 5e-5
"""Seconds in which the next number is looked for again and again, and those of a nap between two looks from then on."""
LATE, SELDOM = 2, 8
"""Times that one may be too late for, since it has just begun to look, and one in how many it may be besides."""
LINGER, PATIENCE = 1e-2, 10.0
"""Seconds until one leaves to whom nothing was asked: where nothing may be for a while, and where something will be.

What is made of a stretch of steps takes a few milliseconds before the next one begins, and to come back a tenth of one.
"""
NOTHING, OVER = 0, -1

_libc = ctypes.PyDLL(None)  # what it is asked takes less time than to let other threads go on


def processor() -> int:
    """Which one this thread runs on."""
    return int(_libc.sched_getcpu())


class Board:
    """One asks for the same thing time and again, each time by the next number; the other tells by it how far it is.

    The numbers are written after what they speak of, on cache lines of their own.

    Attributes:
        room: bytes that both see.

    Raises:
        OSError: the system has no more memory to give.
    """

    def __init__(self) -> None:
        memory = mmap.mmap(-1, mmap.PAGESIZE + ROOM)
        numbers = memoryview(memory)[: 5 * LINE].cast("q")
        self._asked, self._held, self._begun, self._done, self._left = (numbers[at * LINE // 8 :] for at in range(5))
        self._number, self._missed, self._answers = NOTHING, 0, 0
        self.room = np.frombuffer(memory, np.uint8, ROOM, mmap.PAGESIZE)

    def open(self) -> None:
        """Nothing was asked for yet: before the other side looks."""
        self._asked[0], self._left[0] = NOTHING, False
        self.hold()

    def hold(self) -> None:
        """More will be asked for soon."""
        self._held[0], self._missed, self._answers = True, 0, 0

    def release(self) -> None:
        """Perhaps not: the other side may leave then."""
        self._held[0] = False

    def close(self) -> None:
        """No more."""
        self._asked[0] = OVER

    def is_looked_at(self) -> bool:
        """Whether the other side does not leave; ask while it is held."""
        return not self._left[0]

    def kept_up(self) -> bool:
        """Whether since it was held the other side was seldom late: it may lack a processor."""
        return SELDOM * (self._missed - LATE) <= self._answers

    def ask(self) -> None:
        """For the next time."""
        self._number += 1
        self._asked[1] = processor()
        self._asked[0] = self._number

    def answered(self, until: float) -> bool:
        """Whether it is done before ``until`` (of ``time.perf_counter``); not waited for where it was not begun."""
        done = self._is_done(until)
        if done:
            self._answers += 1
        else:
            self._missed += 1
        return done

    def _is_done(self, until: float) -> bool:
        number, done = self._number, self._done
        if self._begun[0] != number:
            return False
        while done[0] != number:
            if time.perf_counter() > until:
                return False
        return True

    def times(self, clear_of: Callable[[int], None]) -> Iterator[None]:
        """The other side: each time that it was asked, until there are no more; what comes between two is the doing.

        Args:
            clear_of: is told afterwards which processor was asked on.
        """
        number = NOTHING
        while (number := self._after(number)) != OVER:
            self._begun[0] = number
            yield
            self._done[0] = number
            clear_of(self._asked[1])

    def leave(self) -> None:
        """The other side: it does not look any more."""
        self._left[0] = True

    def _after(self, number: int) -> int:
        asked, since = self._asked, time.perf_counter()
        while (following := asked[0]) == number:
            if (waited := time.perf_counter() - since) > SPIN:
                time.sleep(NAP)
                if waited > (PATIENCE if self._held[0] else LINGER) and self._may_leave(waited > PATIENCE):
                    return OVER
        return following

    def _may_leave(self, at_all_events: bool) -> bool:
        """Say so, and look again once that can be seen: who holds before it is not left, who holds after it knows."""
        self._left[0] = True
        time.sleep(NAP)
        self._left[0] = at_all_events or not self._held[0]
        return bool(self._left[0])
