"""The page's own files, and plotly.js and the typeface out of the installed packages."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import importlib.resources
import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import plotly
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import Headers
from starlette.routing import Match, Mount
from starlette.staticfiles import NotModifiedResponse
from starlette.types import Scope

RESERVED = ("/api", "/vendor", "/healthz", "/readyz", "/metrics", "/openapi.json", "/docs")
IMMUTABLE = "public, max-age=31536000, immutable"
GZIP_LEVEL = 9
INDEX = "index.html"


def static_directory(package: Path | None = None) -> Path | None:
    """Where the page is: inside the package in a wheel, beside it in a checkout; None where it is missing."""
    here = package or Path(str(importlib.resources.files("app")))
    return next((folder for folder in (here / "static", here.parent / "static") if folder.is_dir()), None)


class Asset(NamedTuple):
    """A file of an installed package, at an address that names its version and so never changes."""

    package: str
    version: str
    path: str
    name: str
    media: str

    @property
    def address(self) -> str:
        """E.g. ``/vendor/plotly-7.1.0.min.js``."""
        stem, _, endings = self.name.partition(".")
        return f"/vendor/{stem}-{self.version}.{endings}"

    def read(self) -> bytes:
        """The file."""
        return importlib.resources.files(self.package).joinpath(self.path).read_bytes()


ASSETS = (
    Asset("plotly", plotly.__version__, "package_data/plotly.min.js", "plotly.min.js", "text/javascript"),
    Asset("font_manrope", version("font-manrope"), "files/Manrope-VariableFont_wght.ttf", "manrope.ttf", "font/ttf"),
)


def vendor_router() -> APIRouter:
    """Files of other packages that the page needs, compressed once; the unversioned address leads to the version."""
    router = APIRouter(include_in_schema=False)
    for asset in ASSETS:
        _serve_asset(router, asset)
    return router


def _serve_asset(router: APIRouter, asset: Asset) -> None:
    plain = lru_cache(maxsize=1)(asset.read)
    compressed = lru_cache(maxsize=1)(lambda: gzip.compress(plain(), GZIP_LEVEL, mtime=0))
    once = asyncio.Lock()

    @router.get(asset.address)
    async def versioned(request: Request) -> Response:
        headers = {"Cache-Control": IMMUTABLE, "Vary": "Accept-Encoding"}
        if not _accepts_gzip(request):
            return Response(await asyncio.to_thread(plain), 200, headers, asset.media)
        async with once:
            body = await asyncio.to_thread(compressed)
        return Response(body, 200, headers | {"Content-Encoding": "gzip"}, asset.media)

    @router.get(f"/vendor/{asset.name}")
    async def current() -> Response:
        return RedirectResponse(asset.address, 302, {"Cache-Control": "no-cache"})


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

    def file_response(self, full_path: Any, stat_result: Any, scope: Scope, status_code: int = 200) -> Response:
        if Path(full_path).name == INDEX:
            return self._index(Path(full_path), scope)
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = "no-cache"
        return response

    def _index(self, path: Path, scope: Scope) -> Response:
        """The page, which asks for all its modules at once: a browser else learns of them import by import."""
        page = path.read_text(encoding="utf-8").replace("</head>", f"{_preloaded(path.parent)}</head>").encode()
        etag = f'"{hashlib.sha256(page).hexdigest()[:32]}"'
        response = Response(page, 200, {"Cache-Control": "no-cache", "ETag": etag}, "text/html")
        unchanged = self.is_not_modified(response.headers, Headers(scope=scope))
        return NotModifiedResponse(response.headers) if unchanged else response


@lru_cache(maxsize=1)
def _preloaded(folder: Path) -> str:
    """A link to each module that the page does not name itself."""
    page = (folder / INDEX).read_text(encoding="utf-8")
    modules = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.js"))
    return "".join(f'<link rel="modulepreload" href="{m}">\n' for m in modules if f'src="{m}"' not in page)


class _PageMount(Mount):
    """A mount at the root that leaves the API's addresses, and methods other than reading, to the API."""

    def matches(self, scope: Scope) -> tuple[Match, Mapping[str, Any]]:  # type: ignore[override]
        path = scope.get("path", "")
        if scope.get("method") not in ("GET", "HEAD") or path.startswith(RESERVED):
            return Match.NONE, {}
        return super().matches(scope)
