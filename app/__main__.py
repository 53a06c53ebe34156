"""Command line: ``python -m app`` serves the page and the API."""

from __future__ import annotations

import argparse
import logging
import os
import socket
import sys
from collections.abc import Sequence
from types import FrameType

import uvicorn
from fastapi import FastAPI
from pydantic import ValidationError

from app import __version__
from app.serving.settings import Settings

log = logging.getLogger("uvicorn.error")


class Server(uvicorn.Server):
    """Tells live streams to end before it waits for them."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._app = app

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop."""
        dispatcher = getattr(self._app.state, "dispatcher", None)
        if dispatcher is not None:
            dispatcher.draining = True
        super().handle_exit(sig, frame)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Say where the page is once it is there."""
        await super().startup(sockets)
        for listener in sockets or []:
            host, port = listener.getsockname()[:2]
            log.info("Thalweg is at http://%s:%d (Ctrl-C stops it)", f"[{host}]" if ":" in host else host, port)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until told to stop; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        settings = Settings.from_environment(os.environ, **vars(options))
    except ValidationError as error:
        for fault in error.errors():
            print(f"{str(fault['loc'][0]).upper()}: {fault['msg']}, not {fault['input']!r}", file=sys.stderr)
        return 2
    try:
        listener = _listener(settings)
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        print(f"cannot listen on {where}: {error.strerror}; choose another with PORT or --port", file=sys.stderr)
        return 1
    with listener:
        return _serve(settings, listener)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m app", description="Serve Thalweg: the page and its REST API.")
    parser.add_argument("--host", help="address to listen on (HOST, 127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on; 0 takes a free one (PORT, 8000)")
    parser.add_argument("--workers", type=int, help="worker processes (WORKERS, one a processor)")
    parser.add_argument("--log-level", help="critical, error, warning, info or debug (LOG_LEVEL, info)")
    parser.add_argument("--version", action="version", version=f"Thalweg {__version__}")
    parser.epilog = "Further limits are read from the environment; see app/serving/settings.py."
    return parser


def _listener(settings: Settings) -> socket.socket:
    """The port, taken before anything slow is done: a port in use is said at once."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # The protocol is named because asyncio turns Nagle's algorithm off only for sockets that say they are TCP; with it
    # on, a small frame waits about 40 ms for the client's delayed acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError:
        listener.close()
        raise
    return listener


def _serve(settings: Settings, listener: socket.socket) -> int:
    from app.main import create_app  # after the arguments: --help answers without importing the engine

    app = create_app(settings)
    config = uvicorn.Config(
        app,
        log_level=settings.log_level,
        http="h11",
        ws="none",
        access_log=settings.log_level == "debug",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=settings.stop_seconds,
    )
    server = Server(config, app)
    try:
        server.run([listener])
    except KeyboardInterrupt:
        return 130
    return 0 if server.started else 1


if __name__ == "__main__":
    sys.exit(main())
