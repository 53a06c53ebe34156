"""The core generator: same bytes however it is sliced, fair, and idle as soon as nobody listens."""

from __future__ import annotations

import asyncio
import json
import pickle
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from app.serving.admission import Limits
from app.serving.capacity import FAR, NEAR, Capacity, Pace
from app.serving.executor import WorkerPool
from app.serving.intake import Packed
from app.serving.problems import RefusalError
from app.serving.settings import Settings
from app.serving.streaming import Dispatcher
from app.serving.wire import Encoding
from app.serving.worker import Task, compute
from benchmarks.messages import events_of
from tests.serving.fake_jobs import FakeSpec, boot

JOBS = "tests.serving.fake_jobs:JOBS"
LIMITS = Limits(60.0, 10**9)


def task(framing: Any = "ndjson", limits: Limits = LIMITS, **fields: Any) -> Task:
    spec = FakeSpec(**fields)
    return Task(JOBS, "run", Packed(spec.model_dump_json(), pickle.dumps(spec)), limits, Encoding(framing))


def run(scenario: Callable[[Dispatcher], Coroutine[Any, Any, Any]], executor: Executor, **options: Any) -> Any:
    """``scenario`` with a dispatcher on ``executor``, and a check that it leaves nothing behind."""

    async def main() -> Any:
        capacity = Capacity(**{"workers": 1, "streams": 10, **options})
        dispatcher = Dispatcher(executor, capacity)
        result = await scenario(dispatcher)
        while dispatcher.counters.in_flight:
            await asyncio.sleep(0.001)
        assert dispatcher.places.taken == 0
        return result

    return asyncio.run(main())


async def everything(dispatcher: Dispatcher, wanted: Task) -> bytes:
    async with aclosing(dispatcher.slices(wanted)) as slices:
        return b"".join([reply.chunk async for reply in slices])


@pytest.mark.parametrize("framing", ["ndjson", "sse", "messages"])
def test_the_bytes_do_not_depend_on_the_slices(framing: Any) -> None:
    def sliced(budget: float) -> tuple[bytes, int]:
        wanted, reply, chunks = task(framing, n=40), None, []
        while reply is None or not reply.done:
            reply = compute(wanted, reply.state if reply else None, budget)
            chunks.append(reply.chunk)
        return b"".join(chunks), len(chunks)

    (whole, one), (fine, many) = sliced(1e9), sliced(0.0)
    assert (one, many) == (1, 40) and whole == fine


def test_a_worker_killed_on_the_way_leaves_no_trace_in_the_bytes(tmp_path: Path) -> None:
    pool = WorkerPool(2, boot=boot, preload=("tests.serving.fake_jobs",))
    try:
        fields = {"n": 30, "pause": 0.001, "lose_worker_at": 17}
        lost = task(**fields, marker=str(tmp_path / "lost"))
        (tmp_path / "kept").touch()
        kept = task(**fields, marker=str(tmp_path / "kept"))
        first = run(lambda d: everything(d, lost), pool)
        assert (tmp_path / "lost").exists() and pool.replaced == 1
        assert first == run(lambda d: everything(d, kept), pool)
    finally:
        pool.shutdown()


def test_streams_take_turns() -> None:
    """On one worker, a long computation does not keep a later one waiting for its end."""
    order: list[str] = []
    took = order.append

    async def follow(dispatcher: Dispatcher, name: str) -> None:
        async for _ in dispatcher.slices(task(n=12, pause=0.01)):
            took(name)

    async def both(dispatcher: Dispatcher) -> None:
        await asyncio.gather(follow(dispatcher, "a"), follow(dispatcher, "b"))

    with ThreadPoolExecutor(1) as executor:
        run(both, executor)
    assert "".join(order[:6]).count("a") == 3


def test_the_next_slice_is_asked_for_only_when_the_last_was_taken() -> None:
    async def dawdle(dispatcher: Dispatcher) -> tuple[int, int]:
        async with aclosing(dispatcher.slices(task(n=10**6, pause=0.002))) as slices:
            await anext(slices)
            before = dispatcher.counters.submitted
            await asyncio.sleep(0.05)
            return before, dispatcher.counters.submitted

    with ThreadPoolExecutor(1) as executor:
        assert run(dawdle, executor) == (1, 1)


def test_a_reader_who_leaves_stops_the_work() -> None:
    async def leave(dispatcher: Dispatcher) -> tuple[int, int]:
        reading = asyncio.create_task(everything(dispatcher, task(n=10**6, pause=0.002)))
        while dispatcher.counters.submitted < 3:
            await asyncio.sleep(0.001)
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
        submitted = dispatcher.counters.submitted
        while dispatcher.counters.in_flight:
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.05)
        return submitted, dispatcher.counters.submitted

    with ThreadPoolExecutor(1) as executor:
        before, after = run(leave, executor)
    assert before == after


def test_a_turn_is_given_back_by_whoever_leaves() -> None:
    """More readers leave than there are turns; one that comes later is still served."""

    async def many(dispatcher: Dispatcher) -> bytes:
        leaving = [asyncio.create_task(everything(dispatcher, task(n=10**6, pause=0.002))) for _ in range(8)]
        await asyncio.sleep(0.05)
        for one in leaving:
            one.cancel()
        await asyncio.gather(*leaving, return_exceptions=True)
        return await asyncio.wait_for(everything(dispatcher, task(n=2)), 10)

    with ThreadPoolExecutor(1) as executor:
        assert run(many, executor).count(b"\n") == 2


@pytest.mark.parametrize(("active", "milliseconds"), [(1, 30), (10, 30), (20, 25), (100, 5), (1000, 4)])
def test_a_slice_is_an_equal_share_within_bounds(active: int, milliseconds: float) -> None:
    async def budget(dispatcher: Dispatcher) -> float:
        dispatcher.places.taken = active
        found = dispatcher.budget()
        dispatcher.places.taken = 0
        return found

    with ThreadPoolExecutor(1) as executor:
        assert run(budget, executor, workers=2) == pytest.approx(milliseconds / 1000)


@pytest.mark.parametrize(
    ("pace", "active", "threads"), [(NEAR, 1, 4), (NEAR, 2, 2), (NEAR, 3, 1), (NEAR, 9, 1), (FAR, 1, 1)]
)
def test_idle_workers_of_this_machine_lend_their_processors(pace: Pace, active: int, threads: int) -> None:
    async def share() -> int:
        dispatcher = Dispatcher(WorkerPool.__new__(WorkerPool), Capacity(workers=4, streams=10), pace)
        dispatcher.places.taken = active
        return dispatcher.threads()

    assert asyncio.run(share()) == threads


def test_a_slice_is_told_how_many_threads_it_may_use() -> None:
    async def seen(dispatcher: Dispatcher) -> set[int]:
        lines = (await everything(dispatcher, task(n=3))).splitlines()
        return {json.loads(line)["threads"] for line in lines}

    with ThreadPoolExecutor(1) as executor:
        assert run(seen, executor, workers=3) == {3}


async def refused(work: Coroutine[Any, Any, Any]) -> RefusalError:
    with pytest.raises(RefusalError) as caught:
        await work
    return caught.value


def test_one_stream_too_many_is_told_to_retry() -> None:
    async def crowd(dispatcher: Dispatcher) -> RefusalError:
        async with aclosing(dispatcher.slices(task(n=10**6))) as slices:
            await anext(slices)
            return await refused(everything(dispatcher, task()))

    with ThreadPoolExecutor(1) as executor:
        error = run(crowd, executor, streams=1)
    assert error.kind == "busy" and error.status == 503


@pytest.mark.parametrize("limits", [Limits(1.0, 10**9), Limits(60.0, 999)])
def test_a_computation_over_a_limit_is_refused_before_it_begins(limits: Limits) -> None:
    with ThreadPoolExecutor(1) as executor:
        error = run(lambda d: refused(everything(d, task(limits=limits, cost=2.0))), executor)
    assert error.kind == "too-costly" and "a smaller n" in error.detail
    assert error.report()["cost"] == {"seconds": 2.0, "bytes": 1000}


READ: Mapping[str, Callable[[bytes], Iterable[Any]]] = {
    "ndjson": lambda chunk: map(json.loads, chunk.splitlines()),
    "messages": events_of,
}
"""The events of a chunk, by framing."""


async def mid_stream(dispatcher: Dispatcher, wanted: Task, act: Callable[[], None] = lambda: None) -> list[Any]:
    """The events of a stream that was begun well."""
    slices: AsyncGenerator[Any, None] = dispatcher.slices(wanted)
    async with aclosing(slices):
        first = await anext(slices)
        act()
        sent = [reply.chunk async for reply in dispatcher.chunks(wanted, first, slices)]
        return [event for chunk in sent for event in READ[wanted.encoding.framing](chunk)]


@pytest.mark.parametrize(
    ("how", "kind", "status"),
    [("defect", "internal-error", 500), ("spec", "invalid-spec", 422), ("memory", "too-costly", 422)],
)
@pytest.mark.parametrize("framing", READ)
def test_a_failure_on_the_way_is_the_last_event(
    framing: str, how: str, kind: str, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    wanted = task(framing, n=10, pause=0.006, fail_at=4, fail_with=how)
    with ThreadPoolExecutor(1) as executor:
        *before, last = run(lambda d: mid_stream(d, wanted), executor)
    assert [event["kind"] for event in before] == ["frames"] * len(before)
    assert last["kind"] == "failed" and last["status"] == status and last["type"].endswith(kind)
    assert "secret" not in json.dumps(last)
    assert ("secret" in caplog.text) == (how == "defect")


def test_a_server_that_stops_ends_its_streams_with_an_event() -> None:
    async def stopping(dispatcher: Dispatcher) -> list[Any]:
        return await mid_stream(dispatcher, task(n=10**6), lambda: setattr(dispatcher, "draining", True))

    with ThreadPoolExecutor(1) as executor:
        last = run(stopping, executor)[-1]
    assert last["kind"] == "failed" and last["type"].endswith("shutting-down")


def test_settings_come_from_the_environment_and_overrides_win() -> None:
    settings = Settings.from_environment({"PORT": "9000", "WORKERS": "3", "MAX_BODY": ""}, workers=1, host=None)
    assert (settings.port, settings.workers, settings.host) == (9000, 1, "127.0.0.1")
    assert settings.max_body == Settings().max_body


@pytest.mark.parametrize("wrong", [{"PORT": "99999"}, {"WORKERS": "0"}, {"MAX_BODY": "lots"}, {"LOG_LEVEL": "loud"}])
def test_settings_out_of_range_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong)).lower()):
        Settings.from_environment(wrong)


def test_every_setting_is_documented() -> None:
    assert [name for name in Settings.model_fields if f"``{name.upper()}``" not in (Settings.__doc__ or "")] == []
