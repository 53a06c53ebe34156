"""Turns at the workers: whoever begins goes ahead of those that go on, within bounds."""

from __future__ import annotations

import asyncio
from collections import deque

LOOKAHEAD = 1
"""Turns beyond the workers, so that none of them waits for the event loop between two slices."""

CROWD = 32
"""Turns more for those that begin: while a crowd arrives the event loop has no time to hand slices out one by one."""

AHEAD = 8
"""How many begin in a row while others wait to go on: one of nine turns is theirs at least."""


class Turns:
    """Turns in the order in which they were asked for, first slices first; used inside one event loop.

    A crowd that arrives at once sees its first frames soon, since first slices are short and the later ones of those
    that came before do not stand in their way; and nobody who goes on waits for ever, however many arrive.

    Args:
        workers: slices that run at once.
    """

    def __init__(self, workers: int) -> None:
        self._most = workers + LOOKAHEAD
        self._taken = 0
        self._in_a_row = 0
        self._beginning: deque[asyncio.Future[None]] = deque()
        self._going_on: deque[asyncio.Future[None]] = deque()

    async def take(self, *, begins: bool) -> None:
        """Wait for a turn, which is the caller's to give back."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        (self._beginning if begins else self._going_on).append(turn)
        self._give()
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # it was given meanwhile
                self.give_back()
            raise

    def give_back(self) -> None:
        """End a turn, and let the next one have it."""
        self._taken -= 1
        self._give()

    def _give(self) -> None:
        while (waiting := self._next()) and self._taken < self._most + CROWD * bool(self._beginning):
            turn = waiting.popleft()
            if not turn.done():  # who has left needs none
                self._taken += 1
                self._in_a_row = self._in_a_row + 1 if waiting is self._beginning else 0
                turn.set_result(None)

    def _next(self) -> deque[asyncio.Future[None]]:
        """The queue whose turn it is; empty when nobody waits."""
        begins = self._beginning and (self._in_a_row < AHEAD or not self._going_on)
        return self._beginning if begins else self._going_on
