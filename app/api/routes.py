"""Health, the catalogue and the lessons."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from app.api.catalogue import catalogue_document
from app.api.computation import STREAMED
from app.api.computations import task_of
from app.api.headers import matches
from app.api.negotiation import JSON, choose
from app.api.openapi import problem_responses
from app.api.responses import respond
from app.lessons.jobs import LessonSpec, describe
from app.serving.intake import pack
from app.serving.problems import RefusalError

LESSON = "lesson"

_METRICS: Mapping[int | str, dict[str, Any]] = MappingProxyType(
    {200: {"description": "Counters and gauges", "content": {"text/plain": {"schema": {"type": "string"}}}}}
)


def health_router() -> APIRouter:
    """Whether the process lives, whether it can compute, and how it has fared."""
    router = APIRouter(tags=["Health"])

    @router.get("/healthz", summary="The server is alive")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/readyz", summary="The workers are warm", responses=problem_responses(503))
    async def readyz(request: Request) -> dict[str, str]:
        if request.app.state.dispatcher.draining:
            raise RefusalError("shutting-down", "The server is shutting down; ask another one.")
        if not (request.app.state.pool.ready and request.app.state.learning.done()):
            raise RefusalError("busy", "The workers are still starting; ask again in a second.")
        return {"status": "ready"}

    @router.get("/metrics", summary="Metrics for Prometheus", response_class=Response, responses=dict(_METRICS))
    async def metrics(request: Request) -> Response:
        return Response(request.app.state.metrics.text(), 200, {"Cache-Control": "no-store"}, CONTENT_TYPE_LATEST)

    return router


def catalogue_router() -> APIRouter:
    """What can be chosen."""
    router = APIRouter(tags=["Catalogue"])

    @router.get("/api/catalogue", summary="Every kind", response_class=Response, responses=_described("kinds"))
    async def everything(request: Request) -> Response:
        return _cached(request, await asyncio.to_thread(catalogue_document))

    return router


def lessons_router(jobs: str) -> APIRouter:
    """Experiments that check themselves."""
    router = APIRouter(tags=["Lessons"])
    gallery = lru_cache(maxsize=1)(describe)

    @router.get("/api/lessons", summary="The gallery", response_class=Response, responses=_described("lessons"))
    async def lessons(request: Request) -> Response:
        return _cached(request, orjson.dumps({"lessons": await asyncio.to_thread(gallery)}))

    @router.post(
        "/api/lessons/{id}/check",
        summary="Measure a lesson's claims",
        description="`application/json` gives the verdict; a stream sends `progress` after each trial (with the claim "
        "that it settles, if any), then `result`, then `finished`.",
        response_class=Response,
        responses={**_described("verdict"), **problem_responses(404, 422, 429, 500, 503, 504)},
    )
    async def check(request: Request, lesson: Annotated[str, Path(alias="id")]) -> Response:
        media = choose(request.headers.get("accept"), STREAMED)
        known = [entry["id"] for entry in await asyncio.to_thread(gallery)]
        if lesson not in known:
            raise RefusalError("not-found", f'There is no lesson "{lesson[:60]}"; there are {", ".join(known)}.')
        packed = pack(LESSON, LessonSpec, orjson.dumps({"id": lesson}))
        return await respond(request, task_of(request, jobs, LESSON, packed), media, "json")

    return router


def _cached(request: Request, body: bytes) -> Response:
    choose(request.headers.get("accept"), (JSON,))
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    if matches(request.headers.get("if-none-match"), etag):
        return Response(None, 304, headers)
    return Response(body, 200, headers, JSON)


def _described(what: str) -> dict[int | str, dict[str, Any]]:
    answer = {"description": f"The {what}", "content": {JSON: {"schema": {"type": "object"}}}}
    return {200: answer, **problem_responses(406, 500)}
