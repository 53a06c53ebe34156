"""Own data: a file is read, described, and turned into a dataset spec. Nothing is kept."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from app.api.bodies import read_body, require_text
from app.api.negotiation import JSON, choose
from app.api.openapi import problem_responses
from app.api.responses import GoneError, while_connected
from app.datasets._assembled import Reading
from app.serving.streaming import Dispatcher
from app.serving.tables import read_table

PATH = "/api/tables"
MEDIA = ("text/csv", "text/tab-separated-values")
EXAMPLE = "height,weight,species\n12.1,3.4,cat\n40.2,20.5,dog\n11.0,2.9,cat\n38.7,18.8,dog\n"

_CONTENT = {media: {"schema": {"type": "string"}, "examples": {"Pets": {"value": EXAMPLE}}} for media in MEDIA}
_ANSWERS: dict[int | str, Any] = {200: {"description": "The report", "content": {JSON: {"schema": {"type": "object"}}}}}


def tables_router() -> APIRouter:
    """The route that reads people's own files."""
    router = APIRouter(tags=["Computations"])

    @router.post(
        PATH,
        summary="Read a table of your own",
        description="CSV or its kin, as text. Gives each column with its type, gaps and classes, and the `table` "
        "dataset spec, ready for an objective; where something is in the way `dataset` is null and `problems` say "
        "what, where, and what to do. A text that is no table at all is refused. Nothing is kept on the server.",
        response_class=Response,
        responses={**_ANSWERS, **problem_responses(400, 406, 408, 413, 415, 422, 500, 503, 504)},
        openapi_extra={"requestBody": {"required": True, "content": _CONTENT}},
    )
    async def tables(request: Request, reading: Annotated[Reading, Query()]) -> Response:
        media = choose(request.headers.get("accept"), (JSON,))
        charset = require_text(request, MEDIA)
        dispatcher: Dispatcher = request.app.state.dispatcher
        body = await read_body(request)
        try:
            report = await while_connected(request, dispatcher.apart(read_table, body, charset, reading))
        except GoneError:
            return Response(None, 499)
        return Response(report, 200, {"Cache-Control": "no-store"}, media)

    return router
