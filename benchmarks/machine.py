"""What was measured on: processor, threads, versions, and the rate of matrix products that shares refer to."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits  # type: ignore[import-untyped]

SIDE = 1_536
FORCED = frozenset(
    {
        "OPENBLAS_CORETYPE",
        "OPENBLAS_L2_SIZE",
        "ATEN_CPU_CAPABILITY",
        "MKL_CBWR",
        "MKL_ENABLE_INSTRUCTIONS",
        "ONEDNN_MAX_CPU_ISA",
        "DNNL_MAX_CPU_ISA",
        "XLA_FLAGS",
    }
)
"""How a shell may hold NumPy and SciPy, PyTorch or JAX to an older processor's kernels, at half the rate or less."""


def start_unforced() -> None:
    """Where the shell says how a library is to compute, run anew without: NumPy has read it by now."""
    if FORCED & os.environ.keys():
        free = {name: value for name, value in os.environ.items() if name not in FORCED}
        sys.exit(subprocess.run(sys.orig_argv, env=free, check=False).returncode)


def gemm_rate(dtype: str, threads: int, seconds: float = 0.4) -> float:
    """Floating-point operations a second of a square matrix product: the best of ``seconds``."""
    matrix = np.random.default_rng(0).standard_normal((SIDE, SIDE)).astype(dtype)
    best, deadline = np.inf, time.perf_counter() + seconds
    with threadpool_limits(threads):
        while time.perf_counter() < deadline:
            began = time.perf_counter()
            matrix @ matrix
            best = min(best, time.perf_counter() - began)
    return float(2 * SIDE**3 / best)


def kernels() -> str:
    """What NumPy's matrix products are compiled for, as its BLAS tells."""
    found = {pool["architecture"] for pool in threadpool_info() if "architecture" in pool}
    return ", ".join(sorted(found)) or "unknown"


def processor() -> str:
    """Its name, where the system tells it."""
    try:
        names = re.findall(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    except OSError:
        names = []
    return names[0] if names else platform.processor() or platform.machine()


def versions(packages: list[str]) -> str:
    """``name version`` of each, with the reason where it is not installed."""
    return ", ".join(f"{name} {_version(name)}" for name in packages)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "(not installed)"


def stamp(rates: dict[str, float]) -> str:
    """When and on what a row was measured, and the rates that its shares refer to."""
    return f"*{datetime.now(UTC):%d %B %Y}, {processor()}; of GEMM: of {_told(rates)}.*"


def _told(rates: dict[str, float]) -> str:
    return " and ".join(f"{rate / 1e9:,.0f} GFLOP/s in {dtype}" for dtype, rate in rates.items())


def description(threads: int, rates: dict[str, float], packages: list[str]) -> str:
    """The section about the machine."""
    load = os.getloadavg()[0]
    return (
        f"Measured on {datetime.now(UTC):%d %B %Y}, on {processor()}, {os.cpu_count()} cores; load average at the "
        f"start {load:.1f}.\nEvery contender in a process of its own with {threads} thread{'s' * (threads > 1)}, "
        f"pinned to as many cores.\nMatrix products of {SIDE} × {SIDE} reach {_told(rates)}, "
        f"with NumPy's kernels for {kernels()}.\n\n"
        f"Python {platform.python_version()}; {versions(packages)}."
    )
