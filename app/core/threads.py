"""Threads inside one piece of work, where it has cores to itself.

NumPy lets other threads go on while it sweeps an array, so two threads halve what is made of large sweeps and products;
what is made of small ones they do not hasten. How many a piece may use is for its surroundings to say
(:func:`allowing`); where nobody says, as many as the BLAS would use. What is computed must not depend on it: share out
pieces whose boundaries do not follow from the number of threads.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import copy_context
from functools import lru_cache
from typing import Any, TypeVar

from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

Item = TypeVar("Item")
Found = TypeVar("Found")


class _Allowance(threading.local):
    count: int | None = None


_allowance = _Allowance()


def threads() -> int:
    """How many threads this piece of work may use, its own included."""
    return _allowance.count or max((int(pool["num_threads"]) for pool in _blas().info()), default=1)


def allowed() -> int:
    """How many this piece of work was told that it may use; 1 where nobody says."""
    return _allowance.count or 1


@contextmanager
def allowing(count: int) -> Iterator[None]:
    """Let what happens inside use ``count`` threads."""
    before, _allowance.count = _allowance.count, count
    try:
        yield
    finally:
        _allowance.count = before


def shared_out(function: Callable[[Item], Found], items: Sequence[Item]) -> list[Found]:
    """``function`` of every item, in their order, by as many threads as there may be; each uses one for its BLAS.

    The caller's is one of them. NumPy's floating-point warnings and buffers are in all of them as the caller has them.
    The first exception, in the order of the items, is raised once all are done.
    """
    if len(items) < 2 or (count := min(threads(), len(items))) < 2:
        return [function(item) for item in items]
    left, found = iter(range(len(items))), [Future[Found]() for _ in items]

    def some() -> None:
        with allowing(1):
            for index in left:  # every index is given out once, since an iterator over a range is never interrupted
                _settle(found[index], function, items[index])

    with _blas().limit(limits=1):
        others = [_pool(count).submit(copy_context().run, some) for _ in range(count - 1)]
        some()
        wait(others)
    return [one.result() for one in found]


def _settle(future: Future[Found], function: Callable[[Item], Found], item: Item) -> None:
    try:
        future.set_result(function(item))
    except BaseException as error:  # raised by who asks for the result
        future.set_exception(error)


@contextmanager
def single() -> Iterator[None]:
    """Let what happens inside use one thread, its BLAS too."""
    with allowing(1), _blas().limit(limits=1):
        yield


@contextmanager
def plain_blas() -> Iterator[None]:
    """Let the BLAS use one thread inside, and :func:`shared_out` as many as before.

    A BLAS's own threads, once woken, spin for some milliseconds and hinder others.
    """
    with allowing(threads()), _blas().limit(limits=1):
        yield


@lru_cache(maxsize=1)
def _blas() -> Any:
    """Every BLAS that is loaded; finding them takes a millisecond."""
    return ThreadpoolController().select(user_api="blas")


@lru_cache(maxsize=4)
def _pool(count: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(count - 1, thread_name_prefix="thalweg-share")
