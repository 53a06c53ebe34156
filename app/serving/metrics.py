"""What the server tells Prometheus of itself."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

SLICE_BUCKETS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0)
COST_BUCKETS = (0.001, 0.01, 0.1, 1.0, 10.0, 100.0, 600.0)


class Metrics:
    """Counters and gauges of one application, apart from those of any other in the process.

    Attributes:
        slice_seconds: how long slices took in their workers, by job.
        cost_seconds: estimated cost of the computations that were let in, by job.
        computations: how computations ended, by job and outcome.
        refusals: problem reports sent, by kind.
        cache: replies looked up in the cache, by result.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.slice_seconds = Histogram(
            "thalweg_slice_seconds",
            "Time of a slice in its worker",
            ["job"],
            registry=self.registry,
            buckets=SLICE_BUCKETS,
        )
        self.cost_seconds = Histogram(
            "thalweg_cost_seconds", "Estimated cost let in", ["job"], registry=self.registry, buckets=COST_BUCKETS
        )
        self.computations = self._counter("thalweg_computations", "Computations that ended", "job", "outcome")
        self.refusals = self._counter("thalweg_refusals", "Problem reports", "kind")
        self.cache = self._counter("thalweg_cache", "Replies looked up in the cache", "result")

    def watch(self, name: str, what: str, read: Callable[[], float]) -> None:
        """A gauge that is read whenever somebody asks."""
        Gauge(name, what, registry=self.registry).set_function(read)

    def text(self) -> bytes:
        """The body of ``GET /metrics``."""
        return generate_latest(self.registry)

    def _counter(self, name: str, what: str, *labels: str) -> Counter:
        return Counter(name, what, labels, registry=self.registry)
