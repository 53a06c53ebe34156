"""A way for messages from one process to its fork, or back, by memory that both see."""

from __future__ import annotations

import mmap
import os
import pickle
import select
import time
from multiprocessing.connection import Pipe
from typing import Any

import numpy as np

from app.core.memory import LINE, aligned

SHARED_BYTES = 1 << 24
"""Memory that both see; a message that is larger goes through a pipe, which takes several times as long."""
HEADER = 1 << 12
"""Bytes at its beginning that tell the sizes of what follows."""
SPIN = 1e-3
"""Seconds in which a message is looked for again and again before one sleeps: to be woken may take a tenth of that."""


class GoneError(Exception):
    """There is nobody at the other end."""


class Channel:
    """One sends, the other receives; each message is received before the next is sent.

    A bell wakes who waits, and not the pipe: Linux lets a pipe's reader go on where its writer runs, since the one
    usually sleeps then, and these two are to run side by side. The pipe tells that the other end is gone.

    Raises:
        OSError: the system has no more memory or descriptors to give.
    """

    def __init__(self) -> None:
        self._shared = np.frombuffer(mmap.mmap(-1, SHARED_BYTES), np.uint8)
        self._sizes = self._shared[:HEADER].view(np.int64)
        self._out, self._in = Pipe(duplex=False)
        try:
            self._bell = os.eventfd(0, os.EFD_CLOEXEC)
        except OSError:
            self._out.close()
            self._in.close()
            raise
        self._waiting = select.poll()
        self._waiting.register(self._bell, select.POLLIN)
        self._waiting.register(self._out.fileno(), 0)

    def only_sends(self) -> None:
        """The other end is the other process's."""
        self._out.close()

    def only_receives(self) -> None:
        """Likewise."""
        self._in.close()

    def files(self) -> list[int]:
        """Descriptors that are open."""
        return [self._bell, *(end.fileno() for end in (self._out, self._in) if not end.closed)]

    def close(self) -> None:
        """Neither."""
        self._out.close()
        self._in.close()
        os.close(self._bell)

    def is_open(self) -> bool:
        """Whether there is somebody who sends."""
        return self._out.fileno() not in dict(self._waiting.poll(0))

    def is_ready(self, patience: float) -> bool:
        """Whether :meth:`receive` will not wait: there is a message, or never will be. Sleeps as long, at most."""
        return bool(self._waiting.poll(1000 * patience))

    def send(self, message: Any) -> None:
        """Whatever can be pickled.

        Raises:
            GoneError: nobody will receive it.
        """
        arrays: list[pickle.PickleBuffer] = []
        text = pickle.dumps(message, 5, buffer_callback=arrays.append)
        parts = [np.frombuffer(part, np.uint8) for part in (memoryview(text), *(one.raw() for one in arrays))]
        sizes = [part.size for part in parts]
        starts = _starts(sizes)
        large = starts[-1] > SHARED_BYTES or len(sizes) >= self._sizes.size
        self._sizes[0] = 0 if large else len(sizes)
        if not large:
            self._sizes[1 : len(sizes) + 1] = sizes
            for start, part in zip(starts, parts, strict=False):
                self._shared[start : start + part.size] = part
        os.eventfd_write(self._bell, 1)
        if large:
            try:
                self._in.send_bytes(pickle.dumps(message, 5))
            except OSError as error:
                raise GoneError from error

    def receive(self, patience: float | None = None) -> Any:
        """The next message; None where none came within ``patience`` seconds.

        Raises:
            GoneError: nobody will send one.
        """
        if not self._comes(patience):
            return None
        os.eventfd_read(self._bell)
        if not (count := int(self._sizes[0])):
            try:
                return pickle.loads(self._out.recv_bytes())
            except (EOFError, OSError) as error:
                raise GoneError from error
        sizes = self._sizes[1 : count + 1].tolist()
        starts = _starts(sizes)
        copied = aligned(starts[-1] - HEADER, np.uint8)
        copied[:] = self._shared[HEADER : starts[-1]]
        places = zip(starts, sizes, strict=False)
        text, *arrays = (copied[start - HEADER : start - HEADER + size].data for start, size in places)
        return pickle.loads(text, buffers=arrays)

    def _comes(self, patience: float | None) -> bool:
        """Whether there is something to read.

        Raises:
            GoneError: there never will be.
        """
        until = time.perf_counter() + SPIN
        while not (heard := self._waiting.poll(0)) and time.perf_counter() < until:
            pass
        heard = heard or self._waiting.poll(None if patience is None else 1000 * patience)
        if heard and self._bell not in dict(heard):
            raise GoneError
        return bool(heard)


def _starts(sizes: list[int]) -> list[int]:
    """Where parts of so many bytes begin, one after another on lines of their own, and where they end."""
    starts = [HEADER]
    for size in sizes:
        starts.append(starts[-1] + -(-size // LINE) * LINE)
    return starts
