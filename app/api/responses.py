"""Responses made of computations: live streams that stop with their reader, and whole documents."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Mapping
from contextlib import aclosing
from types import MappingProxyType
from typing import TypeVar

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from app.api.headers import matches
from app.api.negotiation import BINARY, JSON, NDJSON, SSE
from app.serving.streaming import Dispatcher
from app.serving.wire import Columns, Encoding, Framing
from app.serving.worker import Document, Reply, Task

T = TypeVar("T")

FRAMINGS: Mapping[str, Framing] = MappingProxyType({SSE: "sse", NDJSON: "ndjson"})
DOCUMENTS: Mapping[str, Document] = MappingProxyType({JSON: "json", BINARY: "grid"})


class GoneError(Exception):
    """The client left before its answer was ready."""


class LiveResponse(StreamingResponse):
    """Bytes of a computation; its slices end as soon as the response does, however that comes about.

    Args:
        content: the bytes.
        slices: the generator they are made from.
        headers: response headers.
        media_type: with its charset.
    """

    def __init__(
        self,
        content: AsyncGenerator[bytes, None],
        slices: AsyncGenerator[Reply, None],
        headers: Mapping[str, str],
        media_type: str,
    ) -> None:
        super().__init__(content, 200, headers, media_type)
        self._content = content
        self._slices = slices

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send headers and chunks, each as soon as it is there."""
        async with aclosing(self._slices), aclosing(self._content):
            await super().__call__(scope, receive, send)


async def respond(request: Request, task: Task, media: str, columns: Columns) -> Response:
    """``task`` as ``media``: streamed, or whole with an ETag that spares the work when the client has it."""
    dispatcher: Dispatcher = request.app.state.dispatcher
    if media in FRAMINGS:
        return await _live(dispatcher, task._replace(encoding=Encoding(FRAMINGS[media], columns)), media)
    etag = f'"{task.spec.key}-{media.rsplit("/", 1)[-1]}-{columns}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache", "Vary": "Accept"}
    if matches(request.headers.get("if-none-match"), etag):
        return Response(None, 304, headers)
    work = dispatcher.document(task._replace(encoding=Encoding("events", columns)), DOCUMENTS[media])
    try:
        return Response(await while_connected(request, work), 200, headers, media)
    except GoneError:
        return Response(None, 499)


async def _live(dispatcher: Dispatcher, task: Task, media: str) -> Response:
    """The first slice decides the status: what it refuses is a problem report, what fails later is an event."""
    slices = dispatcher.slices(task)
    try:
        first = await anext(slices)
    except BaseException:
        await slices.aclose()
        raise
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no", "Vary": "Accept"}
    return LiveResponse(dispatcher.chunks(task, first, slices), slices, headers, f"{media}; charset=utf-8")


async def while_connected(request: Request, work: Awaitable[T]) -> T:
    """The result of ``work``, which is cancelled as soon as the client is gone.

    Raises:
        GoneError: it left.
    """
    working = asyncio.ensure_future(work)
    watching = asyncio.ensure_future(_disconnected(request))
    try:
        await asyncio.wait((working, watching), return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise GoneError
    finally:
        working.cancel()
        watching.cancel()
        await asyncio.gather(working, watching, return_exceptions=True)


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
