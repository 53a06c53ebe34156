"""The socket that a server listens on."""

from __future__ import annotations

import socket

from app.serving.settings import Settings

SEND_BUFFER = 128 * 1024
"""Bytes that the system holds for a client that does not read; it would let them grow to megabytes."""


def listener_of(settings: Settings) -> socket.socket:
    """The port, taken before anything slow is done: a port in use is said at once.

    Raises:
        OSError: it cannot be had.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # The protocol is named because asyncio turns Nagle's algorithm off only for sockets that say they are TCP; with it
    # on, a small frame waits about 40 ms for the client's delayed acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)  # inherited by its connections
    try:
        listener.bind((settings.host, settings.port))
    except OSError:
        listener.close()
        raise
    return listener
