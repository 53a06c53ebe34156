"""The worker pool: pure calls survive whatever happens to their processes."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError
from pathlib import Path

import pytest
from threadpoolctl import threadpool_info

from app.core.errors import SpecError
from app.serving.executor import WorkerPool
from tests.serving.calls import die, die_once, hang, process_id, refuse, square, unpicklable_failure
from tests.serving.fake_jobs import boot


def habits() -> dict[str, object]:
    import numpy as np

    np.ones((8, 8)) @ np.ones((8, 8))
    return {
        "threads": {info["num_threads"] for info in threadpool_info()},
        "niceness": os.nice(0),
        "interrupt": signal.getsignal(signal.SIGINT) is signal.SIG_IGN,
    }


def wait_until(condition: Callable[[], object], patience: float = 20.0) -> None:
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.01)


def gone(pid: int) -> bool:
    """Whether no such process runs any more (a zombie waiting for its parent does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    pool = WorkerPool(2, boot=boot, seconds=60)
    yield pool
    pool.shutdown()


def test_results_come_back_to_their_callers(pool: WorkerPool) -> None:
    assert [f.result(20) for f in [pool.submit(square, i) for i in range(50)]] == [i * i for i in range(50)]


def test_an_exception_comes_back_as_itself(pool: WorkerPool) -> None:
    with pytest.raises(SpecError, match="rank 9") as caught:
        pool.submit(refuse).result(20)
    assert (caught.value.pointer, caught.value.position) == ("/rank", 3)


def test_an_exception_that_cannot_travel_comes_back_as_text(pool: WorkerPool) -> None:
    with pytest.raises(RuntimeError, match="cannot travel"):
        pool.submit(unpicklable_failure).result(20)


def test_a_call_whose_worker_is_killed_is_run_again(pool: WorkerPool, tmp_path: Path) -> None:
    assert pool.submit(die_once, str(tmp_path / "marker")).result(20) == "survived"


def test_idle_workers_that_are_killed_are_replaced(pool: WorkerPool) -> None:
    wait_until(lambda: len(pool.pids()) == 2)
    before = pool.pids()
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    assert pool.submit(process_id).result(20) not in before
    wait_until(lambda: len(pool.pids()) == 2)


def test_a_call_that_kills_every_worker_fails_alone(pool: WorkerPool) -> None:
    poison, healthy = pool.submit(die), pool.submit(square, 7)
    with pytest.raises(BrokenExecutor):
        poison.result(30)
    assert healthy.result(20) == 49
    assert pool.submit(square, 8).result(20) == 64


def test_a_worker_has_one_thread_little_priority_and_ignores_the_interrupt_of_its_server(pool: WorkerPool) -> None:
    found = pool.submit(habits).result(20)
    assert found == {"threads": {1}, "niceness": os.nice(0) + 5, "interrupt": True}


def test_what_a_worker_was_born_with_is_never_collected_again(pool: WorkerPool) -> None:
    assert pool.submit(gc.get_freeze_count).result(30) > 10_000


def test_a_stuck_call_times_out_and_its_worker_is_replaced() -> None:
    pool = WorkerPool(1, boot=boot, preload=(__name__,), seconds=2)
    try:
        wait_until(lambda: pool.ready)
        (stuck,) = pool.pids()
        with pytest.raises(TimeoutError):
            pool.submit(hang).result(20)
        assert pool.submit(square, 3).result(20) == 9
        assert gone(stuck) and pool.replaced == 1
    finally:
        pool.shutdown()


def test_shutting_down_ends_workers_calls_and_threads() -> None:
    pool = WorkerPool(2, boot=boot)
    wait_until(lambda: pool.ready)
    pids = pool.pids()
    running = [pool.submit(hang) for _ in range(2)]
    wait_until(lambda: all(f.running() for f in running))
    waiting = pool.submit(square, 1)
    pool.shutdown(cancel_futures=True)
    with pytest.raises(CancelledError):
        waiting.result(5)
    for future in running:
        with pytest.raises(BrokenExecutor):
            future.result(20)
    wait_until(lambda: all(map(gone, pids)))
    wait_until(lambda: not [t for t in threading.enumerate() if t.name == "thalweg-slot" and t in pool_threads(pool)])


def pool_threads(pool: WorkerPool) -> list[threading.Thread]:
    return [slot.thread for slot in pool._slots]


ORPHANS = """
import time
from app.serving.executor import WorkerPool
from tests.serving.fake_jobs import boot
from tests.serving.calls import hang
if __name__ == "__main__":
    pool = WorkerPool(2, boot=boot)
    while not pool.ready:
        time.sleep(0.01)
    pool.submit(hang)
    time.sleep(0.2)
    print(*pool.pids(), flush=True)
    time.sleep(600)
"""


def test_workers_do_not_outlive_a_server_that_is_killed() -> None:
    """One of them is in the middle of a call, the other one idle."""
    server = subprocess.Popen([sys.executable, "-c", ORPHANS], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    with server.stdout:
        pids = [int(pid) for pid in server.stdout.readline().split()]
    assert len(pids) == 2 and not any(map(gone, pids))
    server.kill()
    server.wait()
    wait_until(lambda: all(map(gone, pids)))
