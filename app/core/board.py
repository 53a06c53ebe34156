"""Memory in which a process and its fork tell each other how far they are, quicker than by any message."""

from __future__ import annotations

import mmap
import platform
import time
from collections.abc import Iterator

import numpy as np

from app.core.memory import LINE

STORES_IN_ORDER = platform.machine().lower() in {"x86_64", "amd64"}
"""Whether all see what a processor writes in the order in which it was written."""
ROOM = 1 << 23
"""Bytes for what the numbers speak of."""
SPIN, NAP = 1e-3, 5e-5
"""Seconds in which the next number is looked for again and again, and those of a nap between two looks from then on."""
LINGER, PATIENCE = 2e-3, 10.0
"""Seconds until one leaves to whom nothing was asked: where nothing may be for a while, and where something will be."""
NOTHING, OVER = 0, -1


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
        self._number = NOTHING
        self.room = np.frombuffer(memory, np.uint8, ROOM, mmap.PAGESIZE)

    def open(self) -> None:
        """Nothing was asked for yet: before the other side looks."""
        self._asked[0], self._left[0] = NOTHING, False
        self.hold()

    def hold(self) -> None:
        """More will be asked for soon."""
        self._held[0] = True

    def release(self) -> None:
        """Perhaps not: the other side may leave then."""
        self._held[0] = False

    def close(self) -> None:
        """No more."""
        self._asked[0] = OVER

    def is_looked_at(self) -> bool:
        """Whether the other side has seen what was asked for last, and does not leave; ask while it is held."""
        return not self._left[0] and bool(self._begun[0] == self._number)

    def ask(self) -> None:
        """For the next time."""
        self._number += 1
        self._asked[0] = self._number

    def answered(self, until: float) -> bool:
        """Whether it is done before ``until`` (of ``time.perf_counter``); not waited for where it was not begun."""
        number, done = self._number, self._done
        if self._begun[0] != number:
            return False
        while done[0] != number:
            if time.perf_counter() > until:
                return False
        return True

    def times(self) -> Iterator[None]:
        """The other side: each time that it was asked, until there are no more; what comes between two is the doing."""
        number = NOTHING
        while (number := self._after(number)) != OVER:
            self._begun[0] = number
            yield
            self._done[0] = number

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
