"""A process that helps, from both sides."""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np

from app.core.channel import Channel, GoneError
from app.core.threads import single

IDLE = 60.0
"""Seconds without work after which a helper leaves."""
TICKET = 4
"""Bytes of a ticket."""

_helped = 0
"""Process id of the process that this one helps; 0 where it is no helper."""


class Deal(NamedTuple):
    """What is to be done.

    Attributes:
        owner: the number of the owner.
        work: the function of owner and item.
        items: by their places.
        by_ticket: whether a ticket must be had for an item; else all are the receiver's.
        settings: NumPy's floating-point warnings and buffers as the caller has them.
    """

    owner: int
    work: Callable[[Any, Any], Any]
    items: Mapping[int, Any]
    by_ticket: bool
    settings: tuple[dict[str, Any], int]


class Outcome(NamedTuple):
    """What became of an item: its result, or what was raised."""

    value: Any
    error: BaseException | None = None


def is_helper() -> bool:
    """Whether this process is one."""
    return _helped > 0


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

    Args:
        tickets: descriptor of the pipe that those who share a deal take them from.
    """

    def __init__(self, tickets: int) -> None:
        me = os.getpid()
        self._to, self._back, self._knows, self._asked = Channel(), Channel(), set[int](), False
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # threads are idle, and the child uses none of them
            self._pid = os.fork()
        if not self._pid:
            _help(self._to, self._back, tickets, me)
        self._to.only_sends()
        self._back.only_receives()

    def is_there(self) -> bool:
        """Whether it has not left; one that has is forgotten."""
        if self._pid and not self._back.is_open():
            self.dismiss()
        return bool(self._pid)

    def ask(self, deal: Deal, owner: Any, wanted: set[int]) -> None:
        """Let it begin; an owner that it does not know goes along, and the numbers of those that it may forget."""
        new = {} if deal.owner in self._knows else {deal.owner: owner}
        self._asked = False
        with suppress(GoneError, pickle.PicklingError, AttributeError, TypeError):  # as pickle says that it cannot
            self._to.send((deal, new, self._knows - wanted))
            self._knows, self._asked = (self._knows & wanted) | {deal.owner}, True

    def answer(self) -> dict[int, Outcome]:
        """What it did; nothing where it was not asked, or died, and then it is no more."""
        if not self._asked:
            return {}
        try:
            found: dict[int, Outcome] = self._back.receive()
        except GoneError:
            self.dismiss()
            return {}
        return found

    def dismiss(self) -> None:
        """End it."""
        if self._pid:
            with suppress(ProcessLookupError, ChildProcessError):
                os.kill(self._pid, signal.SIGKILL)
                os.waitpid(self._pid, 0)
            self._pid = 0
            self._to.close()
            self._back.close()


def _help(asked: Channel, answers: Channel, tickets: int, helped: int) -> None:
    """Answer what is asked until the other side leaves; a helper's whole life."""
    try:
        _settle_in(asked, answers, tickets, helped)
        owners: dict[int, Any] = {}
        with single():
            while (message := asked.receive(IDLE)) is not None:
                deal, new, forgotten = message
                owners.update(new)
                for number in forgotten:
                    del owners[number]
                answers.send(_answer(deal, owners[deal.owner], tickets))
    except BaseException:  # nobody is there to be told: the other side sees that this process is gone
        os._exit(1)
    os._exit(0)


def _settle_in(asked: Channel, answers: Channel, tickets: int, helped: int) -> None:
    """Stopping is the other side's affair, and no file of its is kept open here."""
    global _helped
    _helped = helped
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
    """One ticket after another until there is none; helpers stop when there is nobody to help."""
    with suppress(BlockingIOError):
        while ticket := os.read(tickets, TICKET):
            if _helped and os.getppid() != _helped:
                raise GoneError
            yield int.from_bytes(ticket, sys.byteorder)
