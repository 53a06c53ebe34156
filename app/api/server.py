"""The server around the application: its connections, how it stops."""

from __future__ import annotations

import logging
import socket
from types import FrameType

import uvicorn
from fastapi import FastAPI

from app.api.connections import guarded
from app.serving.logs import configuration
from app.serving.settings import Settings

BACKLOG = 2048

log = logging.getLogger("app")


class Server(uvicorn.Server):
    """Tells live streams to end before it waits for them."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._app = app

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop."""
        self.drain()
        super().handle_exit(sig, frame)

    def drain(self) -> None:
        """Let streams end with an event."""
        dispatcher = getattr(self._app.state, "dispatcher", None)
        if dispatcher is not None:
            dispatcher.draining = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Say where the page is once it is there."""
        await super().startup(sockets)
        for listener in sockets or []:
            host, port = listener.getsockname()[:2]
            log.info("Thalweg is at http://%s:%d (Ctrl-C stops it)", f"[{host}]" if ":" in host else host, port)


def server_of(app: FastAPI, settings: Settings) -> Server:
    """A server of ``app``; it listens on the sockets that its ``run`` is given."""
    config = uvicorn.Config(
        app,
        log_config=configuration(settings.log_format, settings.log_level),
        log_level=settings.log_level,
        http=guarded(settings),
        ws="none",
        access_log=settings.log_level == "debug",
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
        h11_max_incomplete_event_size=settings.max_header,
        backlog=BACKLOG,
        timeout_graceful_shutdown=settings.stop_seconds,
    )
    return Server(config, app)
