"""What is measured on is what the report says."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from threadpoolctl import threadpool_info  # type: ignore[import-untyped]

from app.serving.forking import ONE_THREAD
from benchmarks.contender import OURS, contender
from benchmarks.machine import FORCED, description, kernels, stamp
from benchmarks.worker import THREADS, _environment


def test_kernels_that_a_shell_forces_on_openblas_are_not_measured() -> None:
    if not any(pool["internal_api"] == "openblas" for pool in threadpool_info()):
        pytest.skip("NumPy has another BLAS here")
    ask = (
        "from benchmarks.machine import kernels, start_unforced; start_unforced(); "
        "import os, sys; print(kernels(), sys.argv[1], *os.environ)"
    )
    environment = os.environ | dict.fromkeys(FORCED, "512") | {"OPENBLAS_CORETYPE": "Sandybridge"}
    command = [sys.executable, "-c", ask, "argument"]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    chosen, argument, *names = said.stdout.split()
    assert chosen != "Sandybridge" and argument == "argument"
    assert not FORCED & set(names) and "PATH" in names


def test_our_process_begins_as_the_servers_workers_do_and_others_with_the_threads_they_may_use() -> None:
    """Else threads that OpenBLAS starts and nobody uses go round and round on our processors for a while."""
    ours, theirs = contender(OURS).environment, contender("scikit_learn").environment
    with _environment(2, ours):
        assert {os.environ[name] for name in ONE_THREAD} == {"1"}
    with _environment(2, theirs):
        assert {os.environ[name] for name in THREADS} == {"2"}


def test_the_report_names_the_kernels() -> None:
    assert f"with NumPy's kernels for {kernels()}." in description(2, {"float64": 1e9}, [])
    assert kernels() != "unknown"


def test_every_table_says_when_and_of_which_rate_its_shares_are() -> None:
    assert stamp({"float64": 2e9, "float32": 4.4e9}).endswith(
        "of GEMM: of 2 GFLOP/s in float64 and 4 GFLOP/s in float32.*"
    )
