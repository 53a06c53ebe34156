"""Helpers that stand by and carry out the same calls at every step."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.core import board, helpers, standing
from app.core.board import Board
from app.core.calls import Call
from app.core.helpers import dealt_out, dismiss, standing_by
from app.core.interfaces import Array
from app.core.standing import Respite, Share
from app.core.threads import allowing
from tests.test_helpers import comes_true, gone, who

ME = os.getpid()


pytestmark = pytest.mark.usefixtures("unhelped")


@contextmanager
def stood_by(shares: Sequence[Share]) -> Iterator[list[Board]]:
    """As by :func:`standing_by`, once the helpers have processors and those that died have ended."""
    with ExitStack() as stack:
        until = time.monotonic() + 10
        while not (boards := stack.enter_context(standing_by(shares))) and time.monotonic() < until:
            stack.close()
            time.sleep(0.01)
        yield boards


def numbers(room: Array) -> Array:
    return room[:64].view(np.int64)


class Doubling:
    """Adds to what it finds, and tells who it is."""

    def __init__(self, added: int = 0) -> None:
        self.added = np.array([added])

    def calls(self, room: Array) -> list[Call]:
        asked, found, pid = (numbers(room)[at : at + 1] for at in range(3))
        return [(np.add, (asked, asked, found)), (np.add, (found, self.added, found)), (pid.fill, (os.getpid(),))]


def asked(one: Board, value: int) -> tuple[int, int]:
    """What is found, and by whom: waited for, since the other side may be late."""
    numbers(one.room)[0] = value
    one.ask()
    assert comes_true(lambda: one.answered(time.perf_counter() + 1))
    return int(numbers(one.room)[1]), int(numbers(one.room)[2])


def deals() -> set[int]:
    """Who has a part in a deal."""
    with allowing(2):
        return {pid for _, pid in dealt_out(who, None, range(2))}


def state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_each_carries_out_its_share_whenever_it_is_asked(count: int) -> None:
    with stood_by([Doubling(added) for added in range(count)]) as boards:
        assert len(boards) == count
        for value in range(50):
            found = [asked(one, value) for one in boards]
            assert [number for number, _ in found] == [2 * value + added for added in range(count)]
        assert len({pid for _, pid in found} | {ME}) == count + 1


def test_who_stands_by_goes_on_from_one_time_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing, "RESPITE", (standing.RESPITE[0],) * 2)  # a test that sleeps seems to lack a processor
    shares = [Doubling()]
    pids = set()
    for value in range(20):
        with stood_by(shares) as boards:
            found, pid = asked(boards[0], value)
        assert found == 2 * value
        pids.add(pid)
    assert len(pids) == 1


def test_it_looks_away_when_nothing_is_asked_and_sleeps() -> None:
    with stood_by([Doubling()]) as boards:
        _, pid = asked(boards[0], 1)
        assert boards[0].is_looked_at()
    assert comes_true(lambda: not boards[0].is_looked_at() and state(pid) == "S")
    with stood_by([Doubling(5)]) as boards:
        assert asked(boards[0], 1) == (7, pid)


def test_it_does_not_look_away_while_more_is_to_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board, "LINGER", 0.0)
    with stood_by([Doubling()]) as boards:
        asked(boards[0], 1)
        time.sleep(10 * board.SPIN)
        assert boards[0].is_looked_at()


def test_whom_one_forgot_leaves_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board, "PATIENCE", 0.01)
    with stood_by([Doubling()]) as boards:
        _, pid = asked(boards[0], 1)
        assert comes_true(lambda: not boards[0].is_looked_at() and state(pid) == "S")


def test_one_that_may_run_only_where_its_caller_does_is_moved() -> None:
    ours = os.sched_getaffinity(0)
    if len(ours) < 2:
        pytest.skip("there is one processor")
    with stood_by([Doubling()]) as boards:
        _, pid = asked(boards[0], 1)
    try:
        os.sched_setaffinity(0, {min(ours)})
        here = board.processor()
        os.sched_setaffinity(0, ours)
        os.sched_setaffinity(pid, {here})
        helpers._crew._helpers[0]._cleared(here)
        assert os.sched_getaffinity(pid) == ours - {here}
        helpers._crew._helpers[0]._cleared(here)
        assert os.sched_getaffinity(pid) == ours - {here}
    finally:
        os.sched_setaffinity(0, ours)


def test_helpers_that_stand_by_can_be_asked_something_else_and_come_back() -> None:
    shares = [Doubling()]
    for value in range(5):
        with stood_by(shares) as boards:
            found, pid = asked(boards[0], value)
        assert found == 2 * value
        assert comes_true(lambda: deals() == {ME, pid})  # noqa: B023 - at once


def test_inside_nobody_else_has_helpers() -> None:
    with stood_by([Doubling()]) as boards:
        assert deals() == {ME}
        with standing_by([Doubling()]) as others:
            assert others == []
        assert asked(boards[0], 2)[0] == 4


def test_one_that_was_killed_does_not_answer_and_another_takes_its_place() -> None:
    shares = [Doubling()]
    with stood_by(shares) as boards:
        _, pid = asked(boards[0], 1)
        os.kill(pid, signal.SIGKILL)
        assert comes_true(lambda: gone(pid))
        boards[0].ask()
        assert not boards[0].answered(time.perf_counter() + 10)
    with stood_by(shares) as boards:
        assert asked(boards[0], 3)[0] == 6


def stop(one: Board) -> int:
    """Let the other side have no processor, and see that it is late; its number."""
    _, pid = asked(one, 1)
    os.kill(pid, signal.SIGSTOP)
    for _ in range(board.LATE + 2):
        one.ask()
        assert not one.answered(time.perf_counter())
    return pid


def test_one_without_a_processor_keeps_nobody_waiting() -> None:
    shares = [Doubling()]
    with stood_by(shares) as boards:
        pid = stop(boards[0])
    try:
        for _ in range(3):
            time.sleep(2 * standing.RESPITE[0])
            with standing_by(shares) as boards:
                assert boards == []
            assert deals() == {ME}
    finally:
        os.kill(pid, signal.SIGCONT)
    assert comes_true(lambda: deals() == {ME, pid})
    with stood_by(shares) as boards:
        assert asked(boards[0], 3) == (6, pid)


def test_one_that_lacked_a_processor_is_left_in_peace_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing, "RESPITE", (1000.0, 1000.0))
    dismiss()
    shares = [Doubling()]
    with stood_by(shares) as boards:
        pid = stop(boards[0])
    os.kill(pid, signal.SIGCONT)
    for _ in range(3):
        with standing_by(shares) as boards:
            assert boards == []
    assert comes_true(lambda: deals() == {ME, pid})


def test_where_others_want_the_processor_helpers_are_left_in_peace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing, "RESPITE", (0.01, 1000.0))
    dismiss()
    shares = [Doubling()]
    with stood_by(shares) as boards:
        asked(boards[0], 1)
        time.sleep(0.1)  # as if somebody else ran
    with standing_by(shares) as boards:
        assert boards == []


def test_respites_grow_until_somebody_keeps_up(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(time, "perf_counter", lambda: now[0])
    respite, first = Respite(), standing.RESPITE[0]
    assert respite.is_over()
    for length in (first, 2 * first, 4 * first):
        respite.note(kept_up=False)
        assert not respite.is_over()
        now[0] += 0.99 * length
        assert not respite.is_over()
        now[0] += 0.02 * length
        assert respite.is_over()
    respite.note(kept_up=True)
    assert respite.is_over()
    respite.note(kept_up=False)
    now[0] += 1.01 * first
    assert respite.is_over()


def test_one_that_stops_in_the_middle_is_not_waited_for_any_longer_than_told() -> None:
    one, heard = Board(), list[int]()
    one.open()
    one.ask()
    times = one.times(heard.append)
    next(times)
    assert not one.answered(time.perf_counter() + 1e-3)
    one.close()
    assert list(times) == [] and one.answered(0.0)
    assert len(heard) == 1 and heard[0] in os.sched_getaffinity(0)


def test_what_was_asked_for_too_late_is_not_what_is_asked_for_now() -> None:
    one = Board()
    one.open()
    one.ask()
    times = one.times(lambda _: None)
    next(times)
    one.ask()
    assert not one.answered(time.perf_counter() + 10)


def test_who_is_seldom_late_keeps_up() -> None:
    one = Board()
    one.open()
    times = one.times(lambda _: None)
    for late in [True] * board.LATE + ([False] * board.SELDOM + [True]) * 3:
        one.ask()
        next(times)
        if not late:
            one._done[0] = one._number
        assert one.answered(0.0) != late and one.kept_up()
    one.ask()
    assert not one.answered(0.0) and not one.kept_up()
    one.hold()
    assert one.kept_up()


def test_an_exception_leaves_nothing_half_done() -> None:
    with ExitStack() as stack:
        _, pid = asked(stack.enter_context(stood_by([Doubling()]))[0], 1)
        assert not stack.pop_all().__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert comes_true(lambda: gone(pid))
    with stood_by([Doubling()]) as boards:
        assert asked(boards[0], 4)[0] == 8


class Stubborn(Doubling):
    """Does not want to be pickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        raise ValueError("no")


class Broken(Doubling):
    """Cannot be prepared."""

    def calls(self, room: Array) -> list[Call]:
        raise MemoryError


@pytest.mark.parametrize("share", [Stubborn(), Broken()], ids=["stubborn", "broken"])
def test_a_share_that_nobody_can_take_is_not_answered(share: Doubling) -> None:
    for _ in range(3):
        with stood_by([share]) as boards:
            boards[0].ask()
            assert not boards[0].answered(time.perf_counter() + 10)
    with stood_by([Doubling()]) as boards:
        assert asked(boards[0], 4)[0] == 8


def test_where_there_can_be_no_helpers_nobody_stands_by(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise OSError(11, "Resource temporarily unavailable")

    with standing_by([Doubling()] * (helpers.MOST + 1)) as boards:
        assert boards == []
    with monkeypatch.context() as short:
        short.setattr(os, "fork", refuse)
        with standing_by([Doubling()]) as boards:
            assert boards == []
    with monkeypatch.context() as other:
        other.setattr(helpers, "STORES_IN_ORDER", False)
        with standing_by([Doubling()]) as boards:
            assert boards == []


def test_a_fork_of_the_caller_has_others() -> None:
    shares = [Doubling()]
    with stood_by(shares) as boards:
        _, ours = asked(boards[0], 1)
    reading, writing = os.pipe()
    if not (child := os.fork()):
        with stood_by(shares) as boards:
            os.write(writing, str(asked(boards[0], 1)[1]).encode())
        dismiss()
        os._exit(0)
    os.waitpid(child, 0)
    assert int(os.read(reading, 20)) not in (ours, ME, child)
    with stood_by(shares) as boards:
        assert asked(boards[0], 1) == (2, ours)
    os.close(reading)
    os.close(writing)


PARENT = """
import time
from tests.test_standing import Doubling, asked, stood_by
if __name__ == "__main__":
    with stood_by([Doubling()]) as boards:
        print(asked(boards[0], 1)[1], flush=True)
        time.sleep(60)
"""


def test_who_stands_by_leaves_with_whom_it_helps() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        helper = int(parent.stdout.readline())
        assert not gone(helper)
        parent.kill()
        assert comes_true(lambda: gone(helper))
