"""Command line: ``python -m app`` serves the page and the API."""

from __future__ import annotations

import argparse
import gc
import os
import socket
import sys
from collections.abc import Sequence

from pydantic import ValidationError

from app import __version__
from app.serving.forking import JOBS, fork_server, modules_of
from app.serving.listening import listener_of
from app.serving.settings import Settings


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
        listener = listener_of(settings)
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
    parser.epilog = "Further settings are read from the environment; docs/reference.md lists them."
    return parser


def _serve(settings: Settings, listener: socket.socket) -> int:
    if settings.executor == "process":
        fork_server(modules_of(JOBS))  # imports the engine while we do
    gc.disable()  # what is imported stays: looking through it again and again took a tenth of the time
    # After the arguments: --help answers without importing the engine.
    from app.api.server import server_of
    from app.main import create_app

    server = server_of(create_app(settings), settings)
    gc.enable()
    try:
        server.run([listener])
    except KeyboardInterrupt:
        return 130
    return 0 if server.started else 1


if __name__ == "__main__":
    sys.exit(main())
