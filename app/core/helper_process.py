"""A process that helps, from both sides."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, suppress
from typing import Any, NamedTuple

import numpy as np

from app.core.board import Board, processor
from app.core.channel import Channel, GoneError
from app.core.threads import single

IDLE = 60.0
"""Seconds without work after which a helper leaves."""
TICKET = 4
"""Bytes of a ticket."""
PR_SET_PDEATHSIG = 1
"""A name of Linux's ``sys/prctl.h``."""

_helped = 0
"""Process id of the process that this one helps; 0 where it is no helper."""
_board: Board | None = None
"""What it shares with that one."""
_processors = set[int]()
"""Those that it may run on."""


class Deal(NamedTuple):
    """What is to be done.

    Attributes:
        owner: the number of the owner.
        work: the function of owner and item.
        items: by their places.
        by_ticket: whether a ticket must be had for an item; else all are the receiver's.
        settings: NumPy's floating-point warnings and buffers as the caller has them.
        processor: where the caller runs.
    """

    owner: int
    work: Callable[[Any, Any], Any]
    items: Mapping[int, Any]
    by_ticket: bool
    settings: tuple[dict[str, Any], int]
    processor: int


class Outcome(NamedTuple):
    """What became of an item: its result, or what was raised."""

    value: Any
    error: BaseException | None = None


def is_helper() -> bool:
    """Whether this process is one."""
    return _helped > 0


def board() -> Board:
    """What this process, which is a helper, shares with the one that it helps."""
    assert _board is not None
    return _board


def processors() -> set[int]:
    """Those that this process, which is a helper, may run on."""
    return _processors


def keep_clear_of(taken: int, ours: set[int]) -> None:
    """Leave a processor that somebody else is to have, for another of ours: the system may let both stay for long."""
    if processor() == taken and ours - {taken}:
        os.sched_setaffinity(0, ours - {taken})


def worked_off(deal: Deal, owner: Any, tickets: int) -> dict[int, Outcome]:
    """The outcomes of the items of a deal, or of as many as there were tickets for."""
    places = _taken(tickets) if deal.by_ticket else deal.items
    return {at: outcome(deal.work, owner, deal.items[at]) for at in places}


def outcome(work: Callable[[Any, Any], Any], owner: Any, item: Any) -> Outcome:
    """Of one item."""
    try:
        return Outcome(work(owner, item))
    except Exception as error:
        return Outcome(None, error)


class Helper:
    """The side of the process that is helped.

    Attributes:
        board: what both see.

    Args:
        tickets: descriptor of the pipe that those who share a deal take them from.

    Raises:
        OSError: the system has no more processes, memory or descriptors to give.
    """

    def __init__(self, tickets: int) -> None:
        self._knows, self._asked, self._dismissed, self.board = set[int](), False, False, Board()
        with ExitStack() as undone:
            self._to, self._back = (undone.enter_context(closing(Channel())) for _ in range(2))
            self._pid = _forked(self._to, self._back, tickets, self.board)
            undone.pop_all()
        self._to.only_sends()
        self._back.only_receives()
        self._ended, self._end = False, threading.Lock()
        threading.Thread(target=self._buried, name="thalweg-helped", daemon=True).start()

    def is_there(self) -> bool:
        """Whether it has not left; one that has is forgotten."""
        if not self._dismissed and not self._back.is_open():
            self.dismiss()
        return not self._dismissed

    def ask(self, deal: Deal, owner: Any, wanted: set[int]) -> None:
        """Let it begin; an owner that it does not know goes along, and the numbers of those that it may forget."""
        new = {} if deal.owner in self._knows else {deal.owner: owner}
        self._asked = False
        self._cleared(deal.processor)
        with suppress(Exception):  # whatever forbids the journey; it is done on this side then
            self._to.send((deal, new, self._knows - wanted))
            self._knows, self._asked = (self._knows & wanted) | {deal.owner}, True

    def _cleared(self, taken: int) -> None:
        """Where it may run on that processor alone, let it run on ours but that: while we do, it cannot see to it."""
        with self._end, suppress(OSError):
            if not self._ended and os.sched_getaffinity(self._pid) == {taken}:
                os.sched_setaffinity(self._pid, os.sched_getaffinity(0) - {taken} or {taken})

    def has_answered(self, patience: float) -> bool:
        """Whether :meth:`answer` will not wait; looks for as long, at most."""
        return not self._asked or self._back.is_ready(patience)

    def answer(self) -> dict[int, Outcome]:
        """What it did; nothing where it was not asked, or died, and then it is no more."""
        if not self._asked:
            return {}
        try:
            found: dict[int, Outcome] = self._back.receive()
        except Exception:  # it died, or what it made does not survive the journey
            self.dismiss()
            return {}
        self._asked = False
        return found

    def dismiss(self) -> None:
        """End it."""
        if self._dismissed:
            return
        self._dismissed, self._asked = True, False
        with self._end:
            if not self._ended:
                os.kill(self._pid, signal.SIGKILL)
        self._to.close()
        self._back.close()

    def _buried(self) -> None:
        """Wait for its end, so that nothing is left of it; until then its number is nobody else's."""
        with suppress(ChildProcessError):
            os.waitid(os.P_PID, self._pid, os.WEXITED | os.WNOWAIT)
            with self._end:
                self._ended = True
                os.waitpid(self._pid, 0)


def _forked(asked: Channel, answers: Channel, tickets: int, shared: Board) -> int:
    """The process id of a new helper."""
    me = os.getpid()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads are idle, and the child uses none of them
        pid = os.fork()
    if not pid:
        _help(asked, answers, tickets, shared, me)
    return pid


def _help(asked: Channel, answers: Channel, tickets: int, shared: Board, helped: int) -> None:
    """Answer what is asked until the other side leaves; a helper's whole life."""
    global _board, _processors
    _board, _processors = shared, os.sched_getaffinity(0)
    try:
        _settle_in(asked, answers, tickets, helped)
        owners = dict[int, Any]()
        with single():
            while (message := asked.receive(IDLE)) is not None:
                deal, new, forgotten = message
                keep_clear_of(deal.processor, _processors)
                owners.update(new)
                for number in forgotten:
                    del owners[number]
                answers.send(_answer(deal, owners[deal.owner], tickets))
    except BaseException:  # nobody is there to be told: the other side sees that this process is gone
        os._exit(1)
    os._exit(0)


def _settle_in(asked: Channel, answers: Channel, tickets: int, helped: int) -> None:
    """Stopping is the other side's affair: this one ends with it, and keeps no file of its open."""
    global _helped
    _helped = helped
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != helped:
        raise GoneError
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    asked.only_receives()
    answers.only_sends()
    kept = sorted({0, 1, 2, tickets, *asked.files(), *answers.files()})
    for below, above in zip(kept, [*kept[1:], os.sysconf("SC_OPEN_MAX")], strict=True):
        os.closerange(below + 1, above)
    gc.freeze()


def _answer(deal: Deal, owner: Any, tickets: int) -> dict[int, Outcome]:
    warned, buffers = deal.settings
    with np.errstate(**warned):
        np.setbufsize(buffers)
        return worked_off(deal, owner, tickets)


def _taken(tickets: int) -> Iterator[int]:
    """One ticket after another until there is none."""
    with suppress(BlockingIOError):
        while ticket := os.read(tickets, TICKET):
            yield int.from_bytes(ticket, sys.byteorder)
