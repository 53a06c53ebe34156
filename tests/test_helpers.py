"""Processes that help with one piece of work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import weakref
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.core import channel, helper_process, helpers
from app.core.helpers import dealt_out, dismiss
from app.core.memory import LINE, SMALL, unbuffered
from app.core.threads import allowed, allowing, threads

ME = os.getpid()


pytestmark = pytest.mark.usefixtures("unhelped")


def who(_: Any, item: Any) -> tuple[Any, int]:
    return item, os.getpid()


def slowly(_: Any, item: int) -> tuple[int, int]:
    time.sleep(0.05)
    return item, os.getpid()


def gone(pid: int) -> bool:
    """Whether a process is no more, or only waits to be buried."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    return True


def comes_true(condition: Callable[[], bool]) -> bool:
    until = time.monotonic() + 10
    while not condition() and time.monotonic() < until:
        time.sleep(0.01)
    return condition()


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("items", [2, 3, 20])
def test_items_are_dealt_out_in_their_order_and_really_to_others(count: int, items: int) -> None:
    with allowing(count):
        found = dealt_out(slowly, None, range(items))
    assert [item for item, _ in found] == list(range(items))
    pids = {pid for _, pid in found}
    assert len(pids) == min(count, items) and ME in pids


def test_more_items_than_a_pipe_has_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helpers, "DEALT", 7)
    with allowing(2):
        assert [item for item, _ in dealt_out(who, None, range(50))] == list(range(50))


def test_where_nobody_allows_it_or_there_is_one_item_nobody_helps() -> None:
    assert allowed() == 1
    assert {pid for _, pid in dealt_out(slowly, None, range(3))} == {ME}
    with allowing(2):
        assert dealt_out(who, None, ["one"]) == [("one", ME)]
        assert dealt_out(who, None, []) == []


def inside(_: Any, item: int) -> tuple[int, int, int]:
    (pid,) = {pid for _, pid in dealt_out(who, None, range(4))}
    return threads(), allowed(), pid - os.getpid()


def test_who_helps_has_one_thread_and_no_helpers() -> None:
    with allowing(2):
        assert dealt_out(inside, None, range(2)) == [(1, 1, 0)] * 2


class Owner:
    """Counts how often it travels."""

    travelled = 0

    def __init__(self, name: str) -> None:
        self.name = name

    def __reduce__(self) -> tuple[Any, ...]:
        Owner.travelled += 1
        return Owner, (self.name,)


def named(owner: Owner, item: int) -> tuple[str, int]:
    return owner.name, item


def test_an_owner_travels_once_until_others_are_asked_about() -> None:
    first, *others = [Owner(str(number)) for number in range(helpers.KEPT + 1)]
    with allowing(2):
        before = Owner.travelled
        for _ in range(3):
            assert dealt_out(named, first, range(2)) == [("0", 0), ("0", 1)]
        assert Owner.travelled == before + 1
        for other in others:
            assert dealt_out(named, other, range(2)) == [(other.name, 0), (other.name, 1)]
        assert dealt_out(named, first, range(2))[1] == ("0", 1)
        assert Owner.travelled == before + len(others) + 2


def test_owners_that_are_no_more_are_not_kept() -> None:
    with allowing(2):
        owner = Owner("gone")
        dealt_out(named, owner, range(2))
        there = weakref.ref(owner)
        del owner
        assert there() is None
        dealt_out(named, Owner("next"), range(2))
        assert len(helpers._crew._owners) <= 1


def logarithm(_: Any, values: Any) -> Any:
    return np.log(values)


@pytest.mark.parametrize("count", [1, 2])
def test_warnings_are_the_callers_and_the_first_exception_is_raised(count: int) -> None:
    zeros, ones = np.zeros(2), np.ones(2)
    with allowing(count), np.errstate(all="ignore"):
        assert [found.tolist() for found in dealt_out(logarithm, None, [zeros, zeros])] == [[-np.inf, -np.inf]] * 2
    with allowing(count), np.errstate(all="raise"), pytest.raises(FloatingPointError, match="divide by zero"):
        dealt_out(logarithm, None, [ones, zeros, -ones])
    with allowing(count), np.errstate(all="raise"), pytest.raises(FloatingPointError, match="invalid"):
        dealt_out(logarithm, None, [ones, -ones, zeros])


def buffer_size(_: Any, item: int) -> int:
    return np.getbufsize()


def test_buffers_are_the_callers() -> None:
    with allowing(2), unbuffered():
        assert dealt_out(buffer_size, None, range(2)) == [SMALL] * 2
    with allowing(2):
        assert dealt_out(buffer_size, None, range(2)) == [np.getbufsize()] * 2


@pytest.mark.parametrize("owner", [lambda: None, sys.stdout], ids=["function", "file"])
def test_what_cannot_travel_is_done_here(owner: Any) -> None:
    with allowing(2):
        assert dealt_out(who, owner, range(4)) == [(item, ME) for item in range(4)]
        assert len({pid for _, pid in dealt_out(who, None, range(2))}) == 2


def fatal(_: Any, item: int) -> int:
    time.sleep(0.02)
    if os.getpid() != ME:
        os.kill(os.getpid(), signal.SIGKILL)
    return item


@pytest.mark.parametrize("items", [2, 9])
def test_what_a_killed_helper_had_in_hand_is_done_again(items: int) -> None:
    with allowing(2):
        assert dealt_out(fatal, None, range(items)) == list(range(items))
        assert len({pid for _, pid in dealt_out(who, None, range(2))}) == 2


def unsendable(_: Any, item: int) -> Any:
    return (lambda: item) if os.getpid() != ME else item


def test_a_result_that_cannot_travel_is_made_again_here() -> None:
    with allowing(2):
        assert dealt_out(unsendable, None, range(2)) == [0, 1]


class BadError(Exception):
    """Survives the way there and not the way back."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(first + second)


def bad(_: Any, item: int) -> int:
    if item:
        raise BadError("bad", "ly")
    return item


def test_an_exception_that_cannot_travel_is_raised_all_the_same() -> None:
    with allowing(2):
        with pytest.raises(BadError, match="badly"):
            dealt_out(bad, None, range(2))
        assert [item for item, _ in dealt_out(who, None, range(2))] == [0, 1]


class Stubborn:
    """Does not want to be pickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        raise ValueError("no")


def test_an_owner_that_does_not_want_to_travel_stays() -> None:
    with allowing(2):
        assert dealt_out(who, Stubborn(), range(3)) == [(item, ME) for item in range(3)]


def number_of_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.parametrize("what", ["fork", "eventfd", "pipe2"])
def test_where_the_system_has_no_more_to_give_the_work_is_done_alone(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> Any:
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(helpers, "PAUSE", 0.0)
    before = number_of_files()
    with allowing(3):
        with monkeypatch.context() as short:
            short.setattr(os, what, refuse)
            for _ in range(5):
                assert dealt_out(who, None, range(4)) == [(item, ME) for item in range(4)]
        dismiss()
        assert number_of_files() == before
        assert len({pid for _, pid in dealt_out(slowly, None, range(3))}) == 3


def test_after_a_refusal_the_system_is_left_in_peace(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def refuse() -> int:
        asked.append(1)
        raise OSError(11, "Resource temporarily unavailable")

    with monkeypatch.context() as short, allowing(2):
        short.setattr(os, "fork", refuse)
        for _ in range(5):
            dealt_out(who, None, range(2))
    assert len(asked) == 1


def test_there_is_a_bound_on_helpers() -> None:
    with allowing(50):
        assert len({pid for _, pid in dealt_out(slowly, None, range(50))}) == helpers.MOST + 1


def test_nothing_is_left_of_a_helper_that_ended() -> None:
    with allowing(2):
        helper = dealt_out(who, None, range(2))[1][1]
        assert helper != ME
        os.kill(helper, signal.SIGKILL)
        assert comes_true(lambda: not Path(f"/proc/{helper}").exists())


def test_a_helper_leaves_the_processor_of_whom_it_helps() -> None:
    ours = os.sched_getaffinity(0)
    if len(ours) < 2:
        pytest.skip("there is one processor")
    try:
        for _ in range(3):
            taken = helper_process.processor()
            helper_process.keep_clear_of(taken, ours)
            assert helper_process.processor() != taken and os.sched_getaffinity(0) == ours - {taken}
        here = os.sched_getaffinity(0)
        helper_process.keep_clear_of(min(ours - here), ours)
        assert os.sched_getaffinity(0) == here
        here = {helper_process.processor()}
        helper_process.keep_clear_of(*here, here)
        assert helper_process.processor() in os.sched_getaffinity(0)
    finally:
        os.sched_setaffinity(0, ours)


def long(_: Any, item: int) -> int:
    time.sleep(30)
    return item


def interrupted(_: Any, item: int) -> int:
    if os.getpid() == ME:
        raise KeyboardInterrupt
    return item


def test_an_interrupted_deal_leaves_nothing_behind() -> None:
    with allowing(2):
        with pytest.raises(KeyboardInterrupt):
            dealt_out(interrupted, None, range(2))
        assert [item for item, _ in dealt_out(who, None, range(6))] == list(range(6))


def doubled(owner: Any, item: Any) -> tuple[Any, bool]:
    begins_on_a_line = all(array.ctypes.data % LINE == 0 for array in (owner, item))
    return 2 * item + owner, begins_on_a_line or os.getpid() == ME


@pytest.mark.parametrize("size", [3, 10_001, 3_000_000])
def test_arrays_of_any_size_arrive_whole_and_on_lines(size: int) -> None:
    """The largest do not fit into what both see."""
    owner, items = np.arange(size, dtype=float), [np.full(size, float(item)) for item in range(2)]
    with allowing(2):
        for item, (found, fine) in zip(items, dealt_out(doubled, owner, items), strict=True):
            np.testing.assert_array_equal(found, 2 * item + owner)
            assert fine or size * 16 > channel.SHARED_BYTES


def changed(owner: Any, item: Any) -> float:
    item += 1
    return float(item.sum())


def test_items_may_be_written_to_and_those_of_the_caller_stay() -> None:
    items = [np.zeros(5) for _ in range(2)]
    with allowing(2):
        assert dealt_out(changed, None, items) == [5.0, 5.0]
        assert dealt_out(changed, None, items)[1] == 5.0


def open_files(_: Any, item: int) -> list[Path]:
    return [link.resolve() for link in Path("/proc/self/fd").iterdir()]


def test_no_file_of_the_callers_is_open_elsewhere(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    with kept.open("w"), allowing(2):
        here, there = dealt_out(open_files, None, range(2))
    assert kept in here and kept not in there


def test_helpers_leave_when_nothing_is_asked_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helper_process, "IDLE", 0.05)
    with allowing(2):
        (_, helper) = [pid for _, pid in dealt_out(who, None, range(2))]
        assert comes_true(lambda: gone(helper))
        monkeypatch.undo()
        assert comes_true(lambda: dealt_out(who, None, range(2))[1][1] not in (ME, helper))


PARENT = """
import os, sys, time
from app.core.helpers import dealt_out
from app.core.threads import allowing
from tests.test_helpers import long, who
if __name__ == "__main__":
    with allowing(2):
        print(dealt_out(who, None, range(2))[1][1], flush=True)
        if sys.argv[1] == "busy":
            dealt_out(long, None, range(2))
    time.sleep(60)
"""


@pytest.mark.parametrize("how", ["busy", "idle"])
def test_helpers_leave_with_whom_they_help(how: str) -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT, how], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        helper = int(parent.stdout.readline())
        assert not gone(helper)
        parent.kill()
        assert comes_true(lambda: gone(helper))


def test_a_fork_of_the_caller_has_helpers_of_its_own() -> None:
    with allowing(2):
        ours = dealt_out(who, None, range(2))[1][1]
        reading, writing = os.pipe()
        if not (child := os.fork()):
            theirs = dealt_out(who, None, range(2))[1][1]
            os.write(writing, str(theirs).encode())
            dismiss()
            os._exit(0)
        os.waitpid(child, 0)
        assert int(os.read(reading, 20)) not in (ours, ME, child)
        assert dealt_out(who, None, range(2))[1][1] == ours
    os.close(reading)
    os.close(writing)
