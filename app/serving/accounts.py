"""One account for each computation: what it was, what it cost, how it ended. A line of the log and a few counters."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from app.serving.metrics import Metrics
from app.serving.problems import refusal_of
from app.serving.worker import Reply, Spent, Task

log = logging.getLogger("app.computations")


@dataclass
class Account:
    """What is known of a computation under way.

    Attributes:
        task: what it is.
        outcome: ``finished``, ``left`` (nobody listened any more), or the kind of problem that ended it.
        cost: the estimate it was let in with.
        slices: how many were computed.
        busy: seconds they took in their workers.
        started: on the clock of ``time.monotonic``.
    """

    task: Task
    outcome: str = "left"
    cost: Spent | None = None
    slices: int = 0
    busy: float = 0.0
    started: float = field(default_factory=time.monotonic)

    def enter(self, reply: Reply, metrics: Metrics) -> None:
        """Take a slice into account."""
        self.slices += 1
        self.busy += reply.seconds
        metrics.slice_seconds.labels(self.task.job).observe(reply.seconds)
        if reply.cost:
            self.cost = reply.cost
            metrics.cost_seconds.labels(self.task.job).observe(reply.cost.seconds)

    def facts(self) -> dict[str, object]:
        """The fields of the log's line."""
        return {
            "job": self.task.job,
            "hash": self.task.spec.key,
            "outcome": self.outcome,
            "cost_seconds": round(self.cost.seconds, 4) if self.cost else None,
            "cost_bytes": int(self.cost.bytes) if self.cost else None,
            "slices": self.slices,
            "busy_seconds": round(self.busy, 4),
            "seconds": round(time.monotonic() - self.started, 4),
        }


@contextmanager
def accounted(task: Task, metrics: Metrics) -> Iterator[Account]:
    """Keep the account of ``task``, and close it however the computation ends."""
    account = Account(task)
    try:
        yield account
    except (GeneratorExit, asyncio.CancelledError):
        raise
    except BaseException as error:
        account.outcome = refusal_of(error).kind
        raise
    finally:
        metrics.computations.labels(task.job, account.outcome).inc()
        log.info("%s %s: %s", task.job, task.spec.key, account.outcome, extra={"facts": account.facts()})
