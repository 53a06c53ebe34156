"""Helpers that stand by: they carry out the same calls at every step, as soon as they are told."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from app.core.board import Board
from app.core.calls import Call, carry_out
from app.core.helper_process import Deal, Helper, board, processor
from app.core.interfaces import Array

MOMENT, RESPITE = 1e-3, 0.05
"""Seconds in which a helper that has a processor answers, and those until one that has none is looked at again."""


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
        self._helpers, self._kind, self._again = helpers, kind, 0.0
        self.boards: list[Board] = [helper.board for helper in helpers]

    def goes_on(self, kind: Kind) -> bool:
        """Whether all of them do what is asked now; who has not seen what was asked for last may lack a processor."""
        for one in self.boards:
            one.hold()
        return kind == self._kind and all(one.is_there() and one.board.is_looked_at() for one in self._helpers)

    def begin(self, shares: Sequence[Share], wanted: set[int]) -> None:
        """Let them look at their boards; the owners that they are to know are ``wanted``."""
        for helper, number, share in zip(self._helpers, self._kind.shares, shares, strict=True):
            helper.board.open()
            helper.ask(Deal(number, stand_by, {0: None}, False, self._kind.settings, processor()), share, wanted)

    def is_over(self) -> bool:
        """Whether they look away now, so that something else can be asked of them; one without a processor does not."""
        if time.perf_counter() < self._again:
            return False
        for one in self.boards:
            one.close()
        if not all(helper.has_answered(MOMENT) for helper in self._helpers):
            self._again = time.perf_counter() + RESPITE
            return False
        for helper in self._helpers:
            helper.answer()
        return True


def stand_by(share: Share, _: None) -> None:
    """Carry out the calls of a share each time that the other side asks: what is dealt to who stands by."""
    here = board()
    try:
        calls = share.calls(here.room)
        for _ in here.times():
            carry_out(calls)
    finally:
        here.leave()
