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
from app.api.negotiation import BINARY, EVENTS, JSON, NDJSON, SSE
from app.serving.cache import Cache
from app.serving.columns import Columns
from app.serving.streaming import Dispatcher
from app.serving.wire import Encoding, Framing
from app.serving.worker import Document, Reply, Task

T = TypeVar("T")

FRAMINGS: Mapping[str, Framing] = MappingProxyType({SSE: "sse", NDJSON: "ndjson", EVENTS: "messages"})
DOCUMENTS: Mapping[str, Document] = MappingProxyType({JSON: "json", BINARY: "grid"})
TEXTS = (SSE, NDJSON)


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
    """``task`` as ``media``: out of the client's copy (its ETag), out of the cache, or computed and then kept."""
    cache, metrics = request.app.state.cache, request.app.state.metrics
    encoding = encoding_of(media, columns)
    key = f"{task.spec.key}-{media.rsplit('/', 1)[-1]}-{encoding.columns}"
    headers = {"ETag": f'"{key}"', "Cache-Control": "no-cache", "Vary": "Accept"}
    if matches(request.headers.get("if-none-match"), headers["ETag"]):
        metrics.cache.labels("client").inc()
        return Response(None, 304, headers)
    kept = None if task.spec.upload else await cache.get(key)
    metrics.cache.labels("miss" if kept is None else "hit").inc()
    content = f"{media}; charset=utf-8" if media in TEXTS else media
    if kept is not None:
        return Response(kept, 200, headers, content)
    if media in FRAMINGS:
        return await _live(request, task._replace(encoding=encoding), content, headers)
    return await _whole(request, task._replace(encoding=encoding), media, headers)


def encoding_of(media: str, columns: Columns) -> Encoding:
    """How a task's events travel; binary messages are the same whatever ``columns`` is."""
    return Encoding("messages") if media == EVENTS else Encoding(FRAMINGS.get(media, "events"), columns)


async def _whole(request: Request, task: Task, media: str, headers: Mapping[str, str]) -> Response:
    """All at once, for as long as the client waits."""
    dispatcher: Dispatcher = request.app.state.dispatcher
    try:
        reply = await while_connected(request, dispatcher.document(task, DOCUMENTS[media]))
    except GoneError:
        return Response(None, 499)
    await _keep(request.app.state.cache, task, headers, reply)
    return Response(reply, 200, headers, media)


async def _live(request: Request, task: Task, content: str, headers: Mapping[str, str]) -> Response:
    """The first slice decides the status: what it refuses is a problem report, what fails later is an event."""
    dispatcher: Dispatcher = request.app.state.dispatcher
    slices = dispatcher.slices(task)
    try:
        first = await anext(slices)
    except BaseException:
        await slices.aclose()
        raise
    chunks = _recorded(request.app.state.cache, task, headers, dispatcher.chunks(task, first, slices))
    return LiveResponse(chunks, slices, {**headers, "X-Accel-Buffering": "no"}, content)


async def _recorded(
    cache: Cache, task: Task, headers: Mapping[str, str], replies: AsyncGenerator[Reply, None]
) -> AsyncGenerator[bytes, None]:
    """The chunks of a stream, which is kept if it comes to its end."""
    recording = cache.recording()
    try:
        async with aclosing(replies):
            async for reply in replies:
                recording.add(reply.chunk)
                yield reply.chunk
                if reply.done and (whole := recording.whole()):
                    await _keep(cache, task, headers, whole)
    finally:
        recording.close()


async def _keep(cache: Cache, task: Task, headers: Mapping[str, str], reply: bytes) -> None:
    """What people sent of their own is in the reply, and is not kept."""
    if not task.spec.upload:
        await cache.put(headers["ETag"].strip('"'), reply)


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
