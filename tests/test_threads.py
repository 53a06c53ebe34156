"""Threads inside one piece of work."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits  # type: ignore[import-untyped]

from app.core.memory import SMALL, unbuffered
from app.core.threads import allowing, plain_blas, shared_out, threads


def blas_threads() -> set[int]:
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}


def test_as_many_as_somebody_allows_else_as_the_blas_has() -> None:
    with threadpool_limits(1, user_api="blas"):
        assert threads() == 1
    with allowing(3):
        assert threads() == 3
        with allowing(2):
            assert threads() == 2
        assert threads() == 3


def test_items_are_shared_out_in_their_order_and_really_at_once() -> None:
    meeting = threading.Barrier(2, timeout=30)

    def meet(item: int) -> tuple[int, str, int, set[int]]:
        meeting.wait()
        return item, threading.current_thread().name, threads(), blas_threads()

    with allowing(2):
        found = shared_out(meet, range(6))
    assert [item for item, *_ in found] == list(range(6))
    assert len({name for _, name, *_ in found}) == 2
    assert {(count, *blas) for *_, count, blas in found} == {(1, 1)}


@pytest.mark.parametrize("count", [1, 2])
def test_warnings_and_exceptions_are_the_callers(count: int) -> None:
    with allowing(count), np.errstate(all="ignore"):
        assert shared_out(np.log, [np.zeros(2), np.ones(2)])[0].tolist() == [-np.inf, -np.inf]
    with allowing(count), np.errstate(all="raise"), pytest.raises(FloatingPointError):
        shared_out(np.log, [np.ones(2), np.zeros(2)])


@pytest.mark.parametrize("count", [1, 2])
def test_buffers_are_the_callers(count: int) -> None:
    with allowing(count), unbuffered():
        assert shared_out(lambda _: np.getbufsize(), range(3)) == [SMALL] * 3
    with allowing(count):
        assert shared_out(lambda _: np.getbufsize(), range(3)) == [np.getbufsize()] * 3


def test_a_plain_blas_leaves_threads_to_share_items_out() -> None:
    with threadpool_limits(2, user_api="blas"):
        before = threads()
        with plain_blas():
            assert (threads(), blas_threads()) == (before, {1})
        assert blas_threads() == {2}


def test_one_thread_or_one_item_needs_no_other() -> None:
    with allowing(1):
        assert shared_out(lambda _: threading.current_thread(), range(3)) == [threading.current_thread()] * 3
    with allowing(4):
        assert shared_out(lambda _: threading.current_thread(), [0]) == [threading.current_thread()]
