"""Trained networks as files to keep."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from app.api.bodies import packed_spec
from app.api.computation import Computation
from app.api.computations import request_body, task_of
from app.api.negotiation import choose
from app.api.openapi import problem_responses
from app.api.responses import GoneError, while_connected
from app.serving.streaming import Dispatcher
from app.serving.wire import opened
from app.serving.worker import load

PYTHON, NPZ = "text/x-python", "application/x-npz"

EXPORT = Computation(
    "/api/exports",
    "export",
    "A trained network as a file",
    "A NumPy script or a PyTorch module that reproduces the network's predictions from people's own, unscaled numbers, "
    "or the arrays alone (`.npz`). Both scripts have `predict(x)`; run as programs they read rows of numbers as JSON "
    "from standard input.",
    (PYTHON, NPZ),
    {
        "A line through two points": {
            "objective": {
                "kind": "network",
                "layers": [],
                "data": {"kind": "table", "task": "regression", "inputs": [[0.0], [1.0]], "targets": [1.0, 3.0]},
            },
            "parameters": [2.0, 1.0],
            "format": "numpy",
        }
    },
)


def exports_router(jobs: str) -> APIRouter:
    """The route of :data:`EXPORT` for the jobs at an import path."""
    router = APIRouter(tags=["Computations"])
    spec_type = load(jobs, EXPORT.job).spec
    content = {media: {"schema": {"type": "string", "format": "binary"}} for media in EXPORT.media}
    answers: dict[int | str, Any] = {200: {"description": "The file, as an attachment", "content": content}}

    @router.post(
        EXPORT.path,
        name=EXPORT.job,
        summary=EXPORT.summary,
        description=EXPORT.description,
        response_class=Response,
        responses={**answers, **problem_responses(400, 406, 408, 413, 415, 422, 500, 503, 504)},
        openapi_extra=request_body(spec_type, EXPORT),
    )
    async def export(request: Request) -> Response:
        choose(request.headers.get("accept"), EXPORT.media)
        dispatcher: Dispatcher = request.app.state.dispatcher
        task = task_of(request, jobs, EXPORT.job, await packed_spec(request, EXPORT.job, spec_type))
        try:
            return _attachment(request, await while_connected(request, dispatcher.document(task, "file")))
        except GoneError:
            return Response(None, 499)

    return router


def _attachment(request: Request, file: bytes) -> Response:
    name, media, content = opened(file)
    choose(request.headers.get("accept"), (media,))
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-cache", "Vary": "Accept"}
    return Response(content, 200, headers, media)
