"""Where slices run, as the settings have it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any, Protocol, TypeVar

from app.serving.executor import WorkerPool
from app.serving.forking import modules_of
from app.serving.settings import Settings
from app.serving.warm import warm_up

T = TypeVar("T")


class Workers(Protocol):
    """An executor that replaces what it loses."""

    @property
    def ready(self) -> bool:
        """Whether calls are answered at once."""

    @property
    def replaced(self) -> int:
        """How many workers had to be replaced so far."""

    def submit(self, fn: Callable[..., T], /, *args: Any) -> Future[T]:
        """Schedule ``fn(*args)``."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Stop."""


def executor_of(settings: Settings, jobs: str) -> Workers:
    """Worker processes on this machine, or a cluster's.

    Raises:
        ModuleNotFoundError: a cluster is asked for, and the package for it is not installed.
    """
    boot = partial(warm_up, jobs)
    if settings.executor == "dask":
        from app.serving.cluster import ClusterExecutor  # an extra

        return ClusterExecutor(
            settings.dask_scheduler, boot=boot, seconds=settings.slice_seconds, memory=settings.worker_bytes
        )
    return WorkerPool(
        settings.workers,
        boot=boot,
        preload=modules_of(jobs),
        seconds=settings.slice_seconds,
        memory=settings.worker_bytes,
    )
