"""``/docs``: the OpenAPI document as a page that needs no script, with a curl command for each call."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from html import escape
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{title}: REST API</title></head>
<body><main><h1>{title}: REST API</h1><p>{description}</p>
<p>The whole of it, with the schema of every field, for machines: <a href="/openapi.json">/openapi.json</a>.
What can be chosen: <a href="/api/catalogue">/api/catalogue</a>. <a href="/">Back to the page.</a></p>
{calls}</main></body></html>
"""


def reference_router() -> APIRouter:
    """The page."""
    router = APIRouter(include_in_schema=False)
    pages = cache(_page)

    @router.get("/docs")
    async def docs(request: Request) -> HTMLResponse:
        api = json.dumps(request.app.openapi())
        return HTMLResponse(pages(api, str(request.base_url).rstrip("/")), headers={"Cache-Control": "no-cache"})

    return router


def _page(document: str, server: str) -> str:
    api = json.loads(document)
    calls = "\n".join(
        _call(server, method, path, call) for path, calls in api["paths"].items() for method, call in calls.items()
    )
    return PAGE.format(title=escape(api["info"]["title"]), description=escape(api["info"]["description"]), calls=calls)


def _call(server: str, method: str, path: str, call: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><th scope=row>{escape(status)}<td>{escape(answer['description'])}<td>{escape(', '.join(_media(answer)))}"
        for status, answer in call["responses"].items()
    )
    examples = "".join(f"<p>{escape(title)}:</p><pre>{escape(line)}</pre>" for title, line in _curl(server, path, call))
    head = f"<h2><code>{method.upper()} {escape(path)}</code> {escape(call['summary'])}</h2>"
    return f"<section>{head}<p>{escape(call.get('description', ''))}</p>{examples}<table>{rows}</table></section>"


def _media(answer: dict[str, Any]) -> list[str]:
    return list(answer.get("content", {}))


def _curl(server: str, path: str, call: dict[str, Any]) -> Iterator[tuple[str, str]]:
    content = call.get("requestBody", {}).get("content", {}).get("application/json", {})
    for title, example in content.get("examples", {}).items():
        body = json.dumps(example["value"])
        yield title, f"curl {server}{path} -H 'Content-Type: application/json' -d '{body}'"
