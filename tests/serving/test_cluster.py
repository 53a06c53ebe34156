"""The cluster's executor, with a real scheduler and real workers as processes of their own on loopback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial

import pytest
from distributed import Client

from app.core.errors import SpecError
from app.experiments.run import advance
from app.experiments.specs import RunSpec
from app.serving.capacity import FAR
from app.serving.cluster import ClusterExecutor
from app.serving.problems import RefusalError
from app.serving.warm import warm_up
from app.serving.wire import Encoding, encode
from scripts.serve import ROOT, free_port
from tests.api.conftest import Live, live
from tests.serving.calls import die, hang, process_id, refuse, square, too_much, worker_habits
from tests.serving.test_executor import wait_until

FAKE = "tests.serving.fake_jobs:JOBS"
GIB = 2**30
MEMORY = 6 * GIB
PATIENCE = 60.0


UNLESS_STOPPED = 'while :; do "$@"; sleep 0.1; done'


@contextmanager
def process(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A part of the cluster, started again when it ends (as in compose.cluster.yaml); killed with all it started.

    A worker that dies before its nanny has heard of its start takes the nanny along.
    """
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "2",
        "DASK_DISTRIBUTED__WORKER__MEMORY__TERMINATE": "false",
    }
    command = ["sh", "-c", UNLESS_STOPPED, "part", sys.executable, "-m", "dask", *arguments, "--no-dashboard"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    running = subprocess.Popen(command, env=environment, start_new_session=True, **quiet)  # type: ignore[call-overload]
    try:
        yield running
    finally:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a scheduler that has two workers, each restarted by its nanny when it dies."""
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    folder = str(tmp_path_factory.mktemp("dask"))
    each = ("--nworkers", "1", "--nthreads", "1", "--memory-limit", "0", "--local-directory", folder)
    with ExitStack() as parts:
        parts.enter_context(process("scheduler", "--host", "127.0.0.1", "--port", str(port)))
        for _ in range(2):
            parts.enter_context(process("worker", address, *each))
        with Client(address, timeout=PATIENCE, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=PATIENCE)
        yield address


@pytest.fixture(scope="module")
def cluster(scheduler: str) -> Iterator[ClusterExecutor]:
    executor = ClusterExecutor(scheduler, boot=partial(warm_up, FAKE), seconds=PATIENCE, memory=MEMORY)
    wait_until(lambda: executor.ready, PATIENCE)
    yield executor
    executor.shutdown()


@pytest.fixture(scope="module")
def served(scheduler: str) -> Iterator[Live]:
    """The product on the cluster."""
    with live(executor="dask", dask_scheduler=scheduler, workers=2, worker_bytes=MEMORY) as server:
        yield server


def test_results_and_exceptions_come_back_to_their_callers(cluster: ClusterExecutor) -> None:
    assert [f.result(PATIENCE) for f in [cluster.submit(square, i) for i in range(20)]] == [i * i for i in range(20)]
    with pytest.raises(SpecError, match="rank 9") as caught:
        cluster.submit(refuse).result(PATIENCE)
    assert (caught.value.pointer, caught.value.position) == ("/rank", 3)


def test_a_worker_has_one_thread_and_bounded_memory(cluster: ClusterExecutor) -> None:
    assert cluster.submit(worker_habits).result(PATIENCE) == {"threads": {1}, "memory": MEMORY}
    with pytest.raises(MemoryError):
        cluster.submit(too_much).result(PATIENCE)


def test_a_call_that_kills_its_workers_fails_alone(cluster: ClusterExecutor) -> None:
    poison, healthy = cluster.submit(die), cluster.submit(square, 7)
    with pytest.raises(BrokenExecutor):
        poison.result(PATIENCE)
    assert healthy.result(PATIENCE) == 49


def test_a_stuck_call_times_out_and_its_worker_is_restarted(
    cluster: ClusterExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = cluster.replaced
    assert cluster.submit(square, 2).result(PATIENCE) == 4
    monkeypatch.setattr(cluster, "_seconds", 2.0)
    with pytest.raises(TimeoutError):
        cluster.submit(hang).result(PATIENCE)
    assert cluster.replaced == before + 1
    monkeypatch.undo()
    assert [cluster.submit(square, i).result(PATIENCE) for i in range(4)] == [0, 1, 4, 9]


def test_a_call_that_is_cancelled_makes_room(cluster: ClusterExecutor) -> None:
    running = [cluster.submit(time.sleep, 2.0) for _ in range(2)]  # on a busy machine it takes a while to cancel
    waiting = [cluster.submit(time.sleep, 600.0) for _ in range(10)]
    for future in waiting:
        future.cancel()
    assert cluster.submit(square, 3).result(PATIENCE) == 9
    assert all(future.result(PATIENCE) is None for future in running)


TRAINING = {
    "objective": {
        "kind": "network",
        "layers": [{"units": 16, "activation": "tanh"}],
        "data": {"kind": "moons"},
        "loss": {"kind": "cross_entropy"},
    },
    "optimisers": [{"kind": "adam"}],
    "steps": 60_000,
    "record": {"every": 100},
}
"""Seconds of work, so that workers can be killed in the middle of it."""
NDJSON = {"Accept": "application/x-ndjson"}


def test_workers_killed_in_the_middle_leave_no_trace(served: Live) -> None:
    """The bytes are those of a run in one piece, in this process."""
    _, events, done = advance(RunSpec.model_validate(TRAINING), None, 1e9)
    calm = encode(events, Encoding("ndjson"))
    assert done
    pids = {served.app.state.pool.submit(process_id).result(PATIENCE) for _ in range(8)}
    with ThreadPoolExecutor(1) as reader:
        reading = reader.submit(served.post, "/api/runs", TRAINING, headers=NDJSON)
        wait_until(lambda: served.app.state.dispatcher.counters.submitted >= 2, PATIENCE)
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        assert reading.result(PATIENCE).content == calm


def test_slices_of_a_cluster_are_long(served: Live) -> None:
    assert min(FAR.first, FAR.shortest) >= 0.25
    before = served.app.state.dispatcher.counters.submitted
    events = served.post("/api/runs", {**TRAINING, "steps": 2_000}, headers=NDJSON).text.splitlines()
    assert json.loads(events[-1])["kind"] == "finished"
    assert served.app.state.dispatcher.counters.submitted - before < len(events)


def test_refusals_cross_the_cluster(served: Live) -> None:
    response = served.post(
        "/api/runs", {**TRAINING, "steps": 100_000, "optimisers": ["adam"] * 8, "record": {"curvature": {"every": 1}}}
    )
    assert response.status_code == 422 and response.json()["type"].endswith("too-costly")
    assert served.http.get("/readyz").is_success


def test_without_a_scheduler_the_server_says_busy_and_not_ready() -> None:
    executor = ClusterExecutor(f"tcp://127.0.0.1:{free_port()}", boot=partial(warm_up, FAKE))
    try:
        assert not executor.ready
        with pytest.raises(RefusalError, match="cannot be reached"):
            executor.submit(square, 1).result(10)
    finally:
        executor.shutdown()
