"""The OpenAPI document: bodies that routes read themselves, and the problem reports that every call may give."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from app.core.spec import Spec
from app.serving.problems import KINDS, MEDIA_TYPE

TEMPLATE = "#/components/schemas/{model}"

PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "description": "A problem report (RFC 9457).",
    "type": "object",
    "required": ["type", "title", "status", "detail", "errors"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:thalweg:problem:busy"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "the value, the limit and the remedy"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer (RFC 6901) into the body"},
                    "detail": {"type": "string"},
                    "position": {"type": "integer", "description": "character offset in the body or the text field"},
                },
            },
        },
    },
}


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Documented problem reports for ``statuses``."""
    content = {MEDIA_TYPE: {"schema": {"$ref": TEMPLATE.format(model="Problem")}}}
    return {status: {"description": _titles(status), "content": content} for status in statuses}


def _titles(status: int) -> str:
    return "; ".join(title for code, title in KINDS.values() if code == status)


def install_openapi(app: FastAPI, specs: Iterable[type[Spec]]) -> None:
    """Complete the document with the schemas of ``specs``; made once, when first asked for."""
    models = [(spec, "validation") for spec in specs]

    @cache
    def document() -> dict[str, Any]:
        api = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        _, schemas = models_json_schema(models, ref_template=TEMPLATE)  # type: ignore[arg-type]
        components = api.setdefault("components", {}).setdefault("schemas", {})
        components.update(schemas.get("$defs", {}), Problem=PROBLEM)
        return api

    app.openapi = document  # type: ignore[method-assign]
