"""The very same, asked for by many at once, is computed once; whoever leaves, lags or fails harms no other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import pytest

from app.serving import sharing
from app.serving.capacity import Capacity, Pace
from app.serving.problems import RefusalError
from app.serving.rates import ClientRates
from app.serving.streaming import Dispatcher
from app.serving.worker import Task
from tests.serving.test_streaming import everything, refused, task

ONE_EVENT = Pace(0.0, 0.0, 0.0, 0.0)
"""Slices of one event each: how many are submitted does not depend on the clock."""

N = 12
SAME = task(n=N, pause=0.001)
Scenario = Callable[[Dispatcher], Coroutine[Any, Any, Any]]


def shared(scenario: Scenario, rates: ClientRates | None = None) -> tuple[Any, int]:
    """What ``scenario`` returns and how many slices were computed; nothing is held afterwards."""

    async def main() -> tuple[Any, int]:
        dispatcher = Dispatcher(executor, Capacity(1, 20), ONE_EVENT, rates)
        result = await scenario(dispatcher)
        while dispatcher.counters.in_flight:
            await asyncio.sleep(0.001)
        assert (dispatcher.places.taken, dispatcher._sharing.held, dispatcher._sharing._open) == (0, 0, {})
        return result, dispatcher.counters.submitted

    with ThreadPoolExecutor(1) as executor:
        return asyncio.run(main())


async def several(dispatcher: Dispatcher, *wanted: Task) -> list[Any]:
    return await asyncio.gather(*(everything(dispatcher, one) for one in wanted), return_exceptions=True)


async def begun(dispatcher: Dispatcher, slices: int, wanted: Task = SAME) -> asyncio.Task[bytes]:
    """A reader who has come as far as ``slices``."""
    reading = asyncio.create_task(everything(dispatcher, wanted))
    while dispatcher.counters.submitted <= slices:
        await asyncio.sleep(0)
    return reading


@pytest.fixture(scope="module")
def alone() -> bytes:
    """The bytes of one reader."""
    whole, slices = shared(lambda d: everything(d, SAME))
    assert slices == N and whole.count(b"\n") == N
    return bytes(whole)


def test_many_at_once_read_the_same_bytes_of_one_computation(alone: bytes) -> None:
    answers, slices = shared(lambda d: several(d, *[SAME._replace(client=str(i)) for i in range(5)]))
    assert answers == [alone] * 5 and slices == N


def test_who_comes_later_begins_at_the_beginning(alone: bytes) -> None:
    async def scenario(dispatcher: Dispatcher) -> list[bytes]:
        first = await begun(dispatcher, 5)
        return [await everything(dispatcher, SAME), await first]

    assert shared(scenario) == ([alone, alone], N)


@pytest.mark.parametrize("leaver", [0, 1, 2])
def test_who_leaves_stops_no_other(alone: bytes, leaver: int) -> None:
    async def scenario(dispatcher: Dispatcher) -> list[bytes]:
        readers = [await begun(dispatcher, 3) for _ in range(3)]
        await asyncio.sleep(0)
        readers.pop(leaver).cancel()
        return list(await asyncio.gather(*readers))

    assert shared(scenario) == ([alone, alone], N)


def test_the_work_ends_with_the_last_reader() -> None:
    async def scenario(dispatcher: Dispatcher) -> None:
        endless = task(n=10**6, pause=0.001)
        readers = [await begun(dispatcher, 3, endless) for _ in range(3)]
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)

    assert shared(scenario)[1] <= 6


def test_a_slow_reader_holds_nobody_up(alone: bytes) -> None:
    async def scenario(dispatcher: Dispatcher) -> list[bytes]:
        async with aclosing(dispatcher.slices(SAME)) as slow:
            first = await anext(slow)
            quick = await everything(dispatcher, SAME)
            return [quick, b"".join([first.chunk, *[reply.chunk async for reply in slow]])]

    assert shared(scenario) == ([alone, alone], N)


@pytest.mark.parametrize("bound", ["LARGEST", "HELD"])
def test_what_is_too_large_to_hold_goes_on_apart_from_where_each_reader_is(
    alone: bytes, bound: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, bound, 400)
    answers, slices = shared(lambda d: several(d, SAME, SAME))
    assert answers == [alone, alone] and N < slices < 2 * N


def test_a_failure_is_everyones_own() -> None:
    bad = task(n=N, pause=0.001, fail_at=4, fail_with="spec")
    answers, _ = shared(lambda d: several(d, bad, bad, bad))
    assert [str(answer) for answer in answers] == ["n 3 must not be 3; take 4"] * 3


def test_who_may_not_ask_for_more_does_not_stop_who_may() -> None:
    """The first to ask has spent what it had; the cost is charged once, to the one for whom it was computed."""
    rates, dear = ClientRates(10.0), task(n=N, cost=6.0)
    rates.charge("poor", 7.0)

    async def scenario(dispatcher: Dispatcher) -> list[Any]:
        return await several(dispatcher, *(dear._replace(client=name) for name in ("poor", "rich", "guest")))

    (poor, rich, guest), _ = shared(scenario, rates)
    assert isinstance(poor, RefusalError) and poor.kind == "rate-limited" and rich == guest and rich.count(b"\n") == N
    assert rates.left("poor") == 3.0


def test_the_cost_is_charged_once() -> None:
    rates, dear = ClientRates(10.0), task(n=N, cost=6.0)
    shared(lambda d: several(d, *(dear._replace(client=name) for name in ("a", "b", "c"))), rates)
    assert sorted(rates.left(name) or 0.0 for name in "abc") == [4.0, 10.0, 10.0]


def test_what_somebody_uploaded_is_not_shared() -> None:
    mine = SAME._replace(spec=replace(SAME.spec, upload=True))
    assert shared(lambda d: several(d, mine, mine))[1] == 2 * N


def test_a_server_that_stops_tells_every_reader() -> None:
    async def scenario(dispatcher: Dispatcher) -> list[str]:
        readers = [await begun(dispatcher, 3) for _ in range(3)]
        dispatcher.draining = True
        return [(await refused(asyncio.wait_for(reader, 20))).kind for reader in readers]

    assert shared(scenario)[0] == ["shutting-down"] * 3
