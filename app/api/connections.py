"""Connections that keep to time: headers arrive, answers are read, and there are not too many at once."""

from __future__ import annotations

import array
import asyncio
import fcntl
import termios
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import h11
import orjson
from uvicorn.protocols.http.h11_impl import H11Protocol

from app.serving.problems import MEDIA_TYPE, RefusalError
from app.serving.settings import Settings

UNSENT = 65536
"""Bytes that may wait in the server for a client to read them, before a stream is held up."""

PROGRESS = 16384
"""Bytes that a client reads before its deadline begins anew."""


class GuardedConnection(H11Protocol):
    """uvicorn's connection with deadlines for headers and for clients that do not read, and a bound on how many.

    Subclasses of it are made by :func:`guarded`, one for each server's settings.
    """

    limits: Settings

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for headers, or say that there are too many connections already."""
        super().connection_made(transport)
        self._deadline: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None
        transport.set_write_buffer_limits(high=UNSENT)
        if len(self.connections) > self.limits.max_connections:
            self._refuse(RefusalError("busy", "Too many connections are open; close some, or try again in a moment."))
        else:
            self._expect_headers()

    def data_received(self, data: bytes) -> None:
        """Whatever arrives; a request that begins on a kept connection has the time of the first."""
        idle = self._deadline is None and (self.cycle is None or self.cycle.response_complete)
        before = self.cycle
        for piece in self._pieces(data):
            super().data_received(piece)
        if self.cycle is not before:
            self._cancel_deadline()
        elif idle and not self.transport.is_closing():
            self._expect_headers()

    def _pieces(self, data: bytes) -> Iterator[bytes]:
        """h11 looks at the length of headers only between reads, and a read may be long."""
        size = self.limits.max_header if self.conn.their_state is h11.IDLE else len(data)
        for start in range(0, len(data), size):
            if not self.transport.is_closing():
                yield data[start : start + size]

    def pause_writing(self) -> None:
        """The client leaves its answer unread; it is cut off unless it reads on."""
        super().pause_writing()
        self._expect_reading()

    def resume_writing(self) -> None:
        """The client reads on."""
        super().resume_writing()
        if self._unread is not None:
            self._unread.cancel()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._cancel_deadline()
        if self._unread is not None:
            self._unread.cancel()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP is answered with a problem report too."""
        most = self.limits.max_header
        detail = f"This is not HTTP/1.1, or its request line and headers have more than {most:,} bytes."
        self._refuse(RefusalError("bad-request", detail))

    def _refuse(self, refusal: RefusalError) -> None:
        body = orjson.dumps(refusal.report())
        headers = {"content-type": MEDIA_TYPE, "content-length": str(len(body)), "connection": "close"}
        headers |= {"retry-after": "2"} if refusal.status == 503 else {}
        head = h11.Response(status_code=refusal.status, headers=list(headers.items()))
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            for event in (head, h11.Data(data=body), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _expect_headers(self) -> None:
        self._deadline = self.loop.call_later(self.limits.header_seconds, self.transport.abort)

    def _expect_reading(self) -> None:
        self._unread = self.loop.call_later(self.limits.write_seconds, self._insist_on_reading, self._waiting())

    def _insist_on_reading(self, before: int) -> None:
        """A large answer may take long, as long as it is read."""
        if before - self._waiting() < PROGRESS:
            self.transport.abort()
        else:
            self._expect_reading()

    def _waiting(self) -> int:
        """Bytes that the client has not taken: the server's own, and those in the system's hands.

        The system asks for more in lumps of tens of kilobytes, so that the server's own alone would not tell a client
        that reads slowly from one that does not read.
        """
        of_system = array.array("i", [0])
        with suppress(OSError):
            fcntl.ioctl(self.transport.get_extra_info("socket").fileno(), termios.TIOCOUTQ, of_system)
        return self.transport.get_write_buffer_size() + of_system[0]

    def _cancel_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


def guarded(settings: Settings) -> type[GuardedConnection]:
    """The connections of a server with ``settings``; uvicorn takes a class and not a factory."""
    members: dict[str, Any] = {"limits": settings}
    return type("Connection", (GuardedConnection,), members)
