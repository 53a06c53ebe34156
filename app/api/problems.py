"""Refusals and mishaps as ``application/problem+json`` responses."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from types import MappingProxyType

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.errors import SpecError
from app.serving.problems import MEDIA_TYPE, FieldError, RefusalError, is_defect, refusal_of, segment

RETRY_SECONDS = 2
_LATER = (429, 503)

log = logging.getLogger(__name__)

_OF_STATUS: Mapping[int, tuple[str, str]] = MappingProxyType(
    {
        404: ("not-found", "Nothing is served at {path}; the addresses are listed in /openapi.json."),
        405: ("method-not-allowed", "{path} does not answer {method}; see the Allow header."),
        413: ("body-too-large", "The body of {method} {path} is too large."),
    }
)


def problem_response(error: BaseException) -> Response:
    """``error`` as a client may see it."""
    refusal = refusal_of(error)
    headers = {"Retry-After": str(refusal.extras.get("retry_after", RETRY_SECONDS))} if refusal.status in _LATER else {}
    if refusal.kind in ("body-too-large", "body-too-slow"):
        headers["Connection"] = "close"
    return Response(orjson.dumps(refusal.report()), refusal.status, headers, MEDIA_TYPE)


def install_problem_handlers(app: FastAPI) -> None:
    """Answer every error raised under a route with a problem report."""
    for kind in (RefusalError, SpecError, MemoryError, TimeoutError):
        app.add_exception_handler(kind, _known)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _query)
    app.add_middleware(ErrorGuard)


async def _known(request: Request, error: Exception) -> Response:
    _log_defect(error)
    return _counted(request.scope, error)


def _counted(scope: Scope, error: BaseException) -> Response:
    """The response to ``error``, counted by kind where the application counts."""
    metrics = getattr(scope["app"].state, "metrics", None)
    if metrics is not None:
        metrics.refusals.labels(refusal_of(error).kind).inc()
    return problem_response(error)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    kind, detail = _OF_STATUS.get(error.status_code, ("bad-request", "{method} {path} cannot be answered."))
    shown = detail.format(path=request.url.path[:200], method=request.method[:20])
    response = _counted(request.scope, RefusalError(kind, shown))
    response.headers.update(error.headers or {})
    return response


async def _query(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [FieldError("", f"{segment(e['loc'][-1])}: {e['msg'][:200]}") for e in error.errors()[:20]]
    return _counted(request.scope, RefusalError("invalid-query", faults[0].detail, faults))


def _log_defect(error: BaseException) -> None:
    if is_defect(error):
        log.error("a request failed", exc_info=error)


class ErrorGuard:
    """ASGI: whatever goes wrong below becomes a problem report, its traceback a line of the log."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        started = False

        async def noting(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, noting)
        except Exception as error:
            if scope["type"] != "http" or started:
                raise
            _log_defect(error)
            await _counted(scope, error)(scope, receive, send)
