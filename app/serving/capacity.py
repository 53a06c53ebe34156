"""How much is done at once, and in pieces of what length."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Pace(NamedTuple):
    """How long slices are, in seconds.

    Attributes:
        first: of a computation, so that something is seen soon, also by the last of a crowd; a piece at least.
        shortest: below it, the way to a worker and back would cost more than the work.
        longest: above it, a computation that is not wanted any more would go on too long.
        share: of a second that is divided among the computations under way, times the workers.
        lends: whether a slice may use the processors of workers that have nothing to do.
    """

    first: float = 0.001
    shortest: float = 0.004
    longest: float = 0.030
    share: float = 0.25
    lends: bool = True


NEAR = Pace()
"""For workers on this machine."""

FAR = Pace(0.25, 0.25, 1.0, 2.0, lends=False)
"""For a cluster, where a call takes milliseconds and idle workers may be on other machines."""


PACES: Mapping[str, Pace] = MappingProxyType({"process": NEAR, "dask": FAR})
"""Name of an executor → how long its slices are."""


class Capacity(NamedTuple):
    """How much is done at once, and for how long.

    Attributes:
        workers: slices that run at once.
        streams: computations under way at once.
        waiting: computations that wait for a place.
        patience: seconds that one waits.
        seconds: from a computation's first slice to its end.
        reply: bytes of a whole reply.
    """

    workers: int
    streams: int
    waiting: int = 0
    patience: float = 10.0
    seconds: float = 1800.0
    reply: int = 64 * 2**20
