"""Processes that help with one piece of work, where it has cores to itself.

Threads that go through many small sweeps wait for each other's interpreter lock longer than they help; processes do
not. A helper is a fork of this process, made when it is first of use: it has the engine imported and shares its memory
until either writes to it. It leaves with this process, or when nothing was asked of it for a minute.

What is asked (:func:`dealt_out`) is a module's function of an owner, which helpers keep from call to call, and of items
small beside what is made of them. What is computed must not depend on who computes it.
"""

from __future__ import annotations

import os
import sys
import threading
import time
import weakref
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import numpy as np

from app.core.board import STORES_IN_ORDER, Board
from app.core.helper_process import Deal, Helper, Outcome, is_helper, outcome, processor, worked_off
from app.core.standing import Kind, Share, Standing
from app.core.threads import allowed, single

Owner = TypeVar("Owner")
Item = TypeVar("Item")
Found = TypeVar("Found")
Reference = Callable[[], Any]

MOST = 3
"""Helpers of one process, at most: each takes some memory, and each worker of a server may have had such."""
PAUSE = 10.0
"""Seconds until the system is asked again, once it had no process, memory or descriptor to give."""
KEPT = 4
"""Owners that a helper keeps."""
DEALT = 8_000
"""Items in a deal, at most: their tickets must fit into a pipe."""


def dealt_out(work: Callable[[Owner, Item], Found], owner: Owner, items: Sequence[Item]) -> list[Found]:
    """``work(owner, item)`` of every item, in their order, by as many processes as somebody allowed (:func:`allowing`).

    The caller's is one of them; each takes the next item when it is done with one. What does not survive pickling is
    done here alone. NumPy's floating-point warnings and buffers are in all of them as the caller has them. The first
    exception, in the order of the items, is raised once all are done.
    """
    count = min(allowed(), len(items))
    if count < 2 or not _available() or not _crew.lock.acquire(blocking=False):
        return [work(owner, item) for item in items]
    try:
        found: list[Outcome] = []
        for start in range(0, len(items), DEALT):
            found += _crew.deal(work, owner, items[start : start + DEALT], count - 1)
    finally:
        _crew.lock.release()
    for one in found:
        if one.error is not None:
            raise one.error
    return [one.value for one in found]


@contextmanager
def standing_by(shares: Sequence[Share]) -> Iterator[list[Board]]:
    """Helpers, one for each share, that carry out its calls whenever they are asked to on their boards.

    There are none where one cannot be had, and one that dies does not answer: who asks then does without. What an
    exception interrupts is not finished by anybody.
    """
    if not STORES_IN_ORDER or not _available() or not _crew.lock.acquire(blocking=False):
        yield []
        return
    try:
        with _crew.standing_by(shares) as boards:
            yield boards
    finally:
        _crew.lock.release()


def dismiss() -> None:
    """Let all helpers of this process go."""
    with _crew.lock:
        _crew.dismiss()


def _available() -> bool:
    """A fork of a process with other systems' thread pools is not safe elsewhere."""
    return sys.platform == "linux" and not is_helper()


class _Crew:
    """The helpers of this process, and which owners they know."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._pid, self._helpers, self._owners, self._last = 0, list[Helper](), dict[int, Reference](), 0
        self._tickets, self._pause = (0, 0), 0.0
        self._standing: Standing | None = None

    def deal(self, work: Callable[[Any, Any], Any], owner: Any, items: Sequence[Any], count: int) -> list[Outcome]:
        """The outcome of every item; what a helper that died had in hand is done again here."""
        if not (helpers := self._ready(min(count, len(items) - 1, MOST))):
            return [outcome(work, owner, item) for item in items]
        settings = dict(np.geterr()), np.getbufsize()
        whole = Deal(self._number(owner), work, dict(enumerate(items)), True, settings, processor())
        if len(items) > len(helpers) + 1:
            os.write(self._tickets[1], array("i", range(len(items))).tobytes())
            deals = [whole] * (len(helpers) + 1)
        else:
            deals = [whole._replace(items={at: item}, by_ticket=False) for at, item in whole.items.items()]
        found: dict[int, Outcome] = {}
        try:
            for helper, deal in zip(helpers, deals[1:], strict=True):
                helper.ask(deal, owner, set(self._owners))
            with single():
                found |= worked_off(deals[0], owner, self._tickets[0])
            for helper in helpers:
                found |= helper.answer()
        except BaseException:  # whatever stops the caller leaves helpers with half a deal
            self.dismiss()
            raise
        if missing := [at for at in range(len(items)) if at not in found]:
            with single():
                found |= {at: outcome(work, owner, items[at]) for at in missing}
        return [found[at] for at in range(len(items))]

    @contextmanager
    def standing_by(self, shares: Sequence[Share]) -> Iterator[list[Board]]:
        """The boards of those who do; they stay for a while after, unless something else is asked of anybody."""
        self._settle()
        kind = Kind([self._number(share) for share in shares], (dict(np.geterr()), np.getbufsize()))
        try:
            boards = self._boards(kind, shares)
            yield boards
        except BaseException:
            self.dismiss()
            raise
        for board in boards:
            board.release()

    def _boards(self, kind: Kind, shares: Sequence[Share]) -> list[Board]:
        if self._standing is not None and self._standing.goes_on(kind):
            return self._standing.boards
        helpers = self._ready(len(shares)) if len(shares) <= MOST else []
        if len(helpers) < len(shares):
            return []
        self._standing = Standing(helpers, kind)
        self._standing.begin(shares, set(self._owners))
        return self._standing.boards

    def dismiss(self) -> None:
        for helper in self._helpers:
            helper.dismiss()
        for end in self._tickets if any(self._tickets) else ():
            os.close(end)
        self._helpers, self._tickets, self._owners, self._pause = [], (0, 0), {}, 0.0
        self._standing = None

    def _settle(self) -> None:
        """Those of the process that this one was forked from are not ours."""
        if self._pid != os.getpid():
            self._pid, self._helpers, self._tickets, self._owners = os.getpid(), [], (0, 0), {}
            self._standing = None

    def _ready(self, count: int) -> list[Helper]:
        """So many who wait to be asked, or as many as there can be."""
        self._settle()
        if self._standing is not None and not self._standing.is_over():
            return []
        self._standing = None
        self._helpers = [helper for helper in self._helpers if helper.is_there()]
        while len(self._helpers) < count and time.monotonic() >= self._pause:
            try:
                if not any(self._tickets):
                    self._tickets = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
                self._helpers.append(Helper(self._tickets[0]))
            except (OSError, MemoryError):  # those that there are, or the caller alone, take longer
                self._pause = time.monotonic() + PAUSE
                break
        return self._helpers[:count]

    def _number(self, owner: Any) -> int:
        """The owner's number; those that are no more, and the one asked about longest ago, are forgotten."""
        self._owners = {number: known for number, known in self._owners.items() if known() is not None}
        number = next((number for number, known in self._owners.items() if known() is owner), None)
        if number is None:
            self._last = number = self._last + 1
        self._owners.pop(number, None)
        self._owners[number] = _reference(owner)
        if len(self._owners) > KEPT:
            del self._owners[next(iter(self._owners))]
        return number


def _reference(owner: Any) -> Reference:
    """A weak one, where there can be."""
    try:
        return weakref.ref(owner)
    except TypeError:
        return lambda: owner


_crew = _Crew()
