"""Functions to call in other processes, in a module that is quickly imported there."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from app.core.errors import SpecError


def square(x: int) -> int:
    return x * x


def process_id() -> int:
    return os.getpid()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_once(marker: str) -> str:
    if not Path(marker).exists():
        Path(marker).touch()
        die()
    return "survived"


def hang() -> None:
    time.sleep(600)


def refuse() -> None:
    raise SpecError("rank 9 must be at most 4; lower it", "/rank", 3)


def unpicklable_failure() -> None:
    class LocalError(Exception):
        pass

    raise LocalError("cannot travel")


def worker_habits() -> dict[str, object]:
    """Threads of the BLAS, and bytes of address space."""
    import resource

    import numpy as np
    from threadpoolctl import threadpool_info

    np.ones((8, 8)) @ np.ones((8, 8))
    threads = {info["num_threads"] for info in threadpool_info()}
    return {"threads": threads, "memory": resource.getrlimit(resource.RLIMIT_AS)[0]}


def too_much() -> None:
    """More memory than there is."""
    import numpy as np

    np.ones(2**40)
