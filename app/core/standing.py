"""Helpers that stand by: they carry out the same calls at every step, as soon as they are told."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from app.core.board import Board, processor
from app.core.calls import Call, carry_out
from app.core.helper_process import Deal, Helper, board, keep_clear_of, processors
from app.core.interfaces import Array

MOMENT = 2e-4
"""Seconds in which a helper that has a processor answers."""
RESPITE = 2e-3, 1.0
"""Seconds for which nothing is asked of helpers that did not keep up, at first and at most."""
OWN = 0.8
"""Share of the time in which a process runs that has its processor to itself."""


class _Stretch:
    """The time from now on, as this thread sees it: others that want its processor want that of a helper too."""

    def __init__(self) -> None:
        self._begun, self._ran = time.perf_counter(), time.thread_time()

    def is_own(self) -> bool:
        """Whether this thread ran all the time, nearly; not judged where that was too short."""
        passed = time.perf_counter() - self._begun
        return passed < RESPITE[0] or time.thread_time() - self._ran > OWN * passed


class Respite:
    """Whether helpers had better be left in peace: longer and longer, as long as they do not keep up."""

    def __init__(self) -> None:
        self._until, self._length = 0.0, RESPITE[0]

    def is_over(self) -> bool:
        """Whether they may be asked again."""
        return time.perf_counter() >= self._until

    def note(self, kept_up: bool) -> None:
        """How it went."""
        if kept_up:
            self._length = RESPITE[0]
        else:
            self._until, self._length = time.perf_counter() + self._length, min(2 * self._length, RESPITE[1])


class Share(Protocol):
    """A part of what is done at every step; it survives pickling."""

    def calls(self, room: Array) -> list[Call]:
        """On bytes that both sides see."""
        ...


class Kind(NamedTuple):
    """What is asked of those who stand by: the numbers of their shares, and NumPy's settings as the caller has them."""

    shares: list[int]
    settings: tuple[dict[str, Any], int]


class Standing:
    """Some helpers, of whom each has a share.

    Attributes:
        boards: where they are asked.
    """

    def __init__(self, helpers: Sequence[Helper], kind: Kind) -> None:
        self._helpers, self._kind, self._closed, self._stretch = helpers, kind, False, _Stretch()
        self.boards: list[Board] = [helper.board for helper in helpers]

    def goes_on(self, kind: Kind) -> bool:
        """Whether all of them do what is asked now."""
        for one in self.boards:
            one.hold()
        return (
            not self._closed
            and kind == self._kind
            and all(one.is_there() and one.board.is_looked_at() for one in self._helpers)
        )

    def pause(self) -> bool:
        """Let them sleep soon, or at once where others want the processors; whether these were ours alone."""
        self._closed = not (self._stretch.is_own() and all(one.kept_up() for one in self.boards))
        for one in self.boards:
            one.close() if self._closed else one.release()
        return not self._closed

    def begin(self, shares: Sequence[Share], wanted: set[int]) -> None:
        """Let them look at their boards; the owners that they are to know are ``wanted``."""
        for helper, number, share in zip(self._helpers, self._kind.shares, shares, strict=True):
            helper.board.open()
            helper.ask(Deal(number, stand_by, {0: None}, False, self._kind.settings, processor()), share, wanted)

    def is_over(self) -> bool:
        """Whether they look away now, so that something else can be asked of them; one without a processor does not."""
        for one in self.boards:
            one.close()
        if not all(helper.has_answered(MOMENT) for helper in self._helpers):
            return False
        for helper in self._helpers:
            helper.answer()
        return True


def stand_by(share: Share, _: None) -> None:
    """Carry out the calls of a share each time that the other side asks: what is dealt to who stands by."""
    here, ours = board(), processors()
    try:
        calls = share.calls(here.room)
        for _ in here.times(lambda taken: keep_clear_of(taken, ours)):
            carry_out(calls)
    finally:
        here.leave()
