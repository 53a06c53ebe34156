"""The page's own files, and plotly.js out of the installed package."""

from __future__ import annotations

import asyncio
import gzip
import importlib.resources
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import plotly
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.routing import Match, Mount
from starlette.types import Scope

RESERVED = ("/api", "/vendor", "/healthz", "/readyz", "/metrics", "/openapi.json", "/docs")
IMMUTABLE = "public, max-age=31536000, immutable"
GZIP_LEVEL = 9


def static_directory(package: Path | None = None) -> Path | None:
    """Where the page is: inside the package in a wheel, beside it in a checkout; None where it is missing."""
    here = package or Path(str(importlib.resources.files("app")))
    return next((folder for folder in (here / "static", here.parent / "static") if folder.is_dir()), None)


def vendor_router() -> APIRouter:
    """plotly.js at an address that names its version and never changes, compressed once."""
    router = APIRouter(include_in_schema=False)
    address = f"/vendor/plotly-{plotly.__version__}.min.js"
    bundle = lru_cache(maxsize=1)(_bundle)
    compressed = lru_cache(maxsize=1)(lambda: gzip.compress(bundle(), GZIP_LEVEL, mtime=0))
    once = asyncio.Lock()

    @router.get(address)
    async def plotly_js(request: Request) -> Response:
        headers = {"Cache-Control": IMMUTABLE, "Vary": "Accept-Encoding"}
        if not _accepts_gzip(request):
            return Response(await asyncio.to_thread(bundle), 200, headers, "text/javascript")
        async with once:
            body = await asyncio.to_thread(compressed)
        return Response(body, 200, headers | {"Content-Encoding": "gzip"}, "text/javascript")

    @router.get("/vendor/plotly.min.js")
    async def current() -> Response:
        return RedirectResponse(address, 302, {"Cache-Control": "no-cache"})

    return router


def _bundle() -> bytes:
    return (importlib.resources.files("plotly") / "package_data" / "plotly.min.js").read_bytes()


def _accepts_gzip(request: Request) -> bool:
    parts = request.headers.get("accept-encoding", "").lower().replace(" ", "").split(",")
    return any(part.split(";")[0] == "gzip" and not _REFUSED.search(part) for part in parts)


_REFUSED = re.compile(r";q=0(\.0*)?$")


def mount_page(app: FastAPI) -> None:
    """Serve the page at ``/`` where there is one; the API does without."""
    folder = static_directory()
    if folder is not None:
        app.router.routes.append(_PageMount("/", app=_PageFiles(directory=folder, html=True), name="page"))


class _PageFiles(StaticFiles):
    """Files that are asked for anew each time, and answered with 304 where they are the same."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


class _PageMount(Mount):
    """A mount at the root that leaves the API's addresses, and methods other than reading, to the API."""

    def matches(self, scope: Scope) -> tuple[Match, Mapping[str, Any]]:  # type: ignore[override]
        path = scope.get("path", "")
        if scope.get("method") not in ("GET", "HEAD") or path.startswith(RESERVED):
            return Match.NONE, {}
        return super().matches(scope)
