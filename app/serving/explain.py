"""Validation errors as a person wants them: where in the body, what value, which limit, what to do."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails, core_schema

from app.core.errors import SpecError
from app.core.spec import Spec
from app.serving.problems import FieldError, segment
from app.serving.schemas import known_fields

MOST = 20
LONGEST = 60


def field_errors(spec_type: type[Spec], tree: Any, error: ValidationError) -> list[FieldError]:
    """One entry for each fault, at most :data:`MOST`; branches of a union that nobody meant are left out."""
    details = error.errors(include_url=False)[: 10 * MOST]
    explained = [_explained(spec_type, tree, one) for one in details]
    kept = [
        fault
        for fault, one in zip(explained, details, strict=True)
        if one["type"] not in _ECHOES or not any(_inside(other.pointer, fault.pointer) for other in explained)
    ]
    return list(dict.fromkeys(kept))[:MOST]


_ECHOES = frozenset({"literal_error", "too_short"})
"""What is also reported of a branch that nobody meant, or of a list whose items are wrong."""


def _inside(pointer: str, holder: str) -> bool:
    return pointer.startswith(holder + "/")


def _explained(spec_type: type[Spec], tree: Any, error: ErrorDetails) -> FieldError:
    pointer = pointer_of(tree, error["loc"], missing=error["type"] == "missing")
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, SpecError):
        return FieldError(pointer + cause.pointer, cause.message, cause.position)
    if error["type"] == "union_tag_invalid" and isinstance(_at(tree, pointer), dict):
        pointer += "/kind"
    position = error.get("ctx", {}).get("position")
    return FieldError(pointer, _detail(spec_type, error), position)


def pointer_of(tree: Any, loc: Sequence[int | str], *, missing: bool = False) -> str:
    """The JSON pointer of pydantic's ``loc``, which also names the tags and branches of unions.

    Only segments that exist in ``tree`` count, and the last one where it is ``missing``.
    """
    path, node, tagged = "", tree, False
    for item in loc:
        if not tagged and isinstance(node, dict) and node.get("kind") == item:
            tagged = True
        elif _has(node, item):
            path, node, tagged = f"{path}/{segment(item)}", node[item], False
    return f"{path}/{segment(loc[-1])}" if missing else path


def _has(node: Any, item: int | str) -> bool:
    if isinstance(node, list):
        return isinstance(item, int) and item < len(node)
    return isinstance(node, dict) and item in node


def _at(tree: Any, pointer: str) -> Any:
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        tree = tree[int(key)] if isinstance(tree, list) else tree.get(key)
    return tree


def shown(value: Any) -> str:
    """``value`` in a few characters, however large it is."""
    if isinstance(value, dict | list | tuple):
        return f"{'an object' if isinstance(value, dict) else 'a list'} of {len(value):,}"
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= LONGEST else f'"{value[:LONGEST]}…" ({len(value):,} characters)'
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return f"{value:.6g}" if isinstance(value, float) or abs(value) > 10**15 else str(value)


_LIMITS: Mapping[str, str] = MappingProxyType(
    {
        "missing": "this field is required; add it",
        "greater_than": "{value} must be greater than {gt}",
        "greater_than_equal": "{value} must be at least {ge}",
        "less_than": "{value} must be less than {lt}",
        "less_than_equal": "{value} must be at most {le}",
        "too_short": "at least {min_length} items are needed, not {actual_length}; add some",
        "too_long": "{value} has too many items, at most {max_length} are allowed; remove some",
        "string_too_long": "{value} must have at most {max_length} characters; shorten it",
        "string_too_short": "{value} must have at least {min_length} characters",
        "literal_error": "{value} must be {expected}",
        "union_tag_invalid": "unknown kind {tag_shown}; use one of {expected_tags}",
        "union_tag_not_found": '"kind" is required, it says which one is meant; add it',
        "int_from_float": "{value} must be a whole number",
        "finite_number": "{value} must be a finite number",
        "int_type": "{value} must be a whole number, without quotes",
        "float_type": "{value} must be a number, without quotes",
        "string_type": "{value} must be text, in quotes",
        "bool_type": "{value} must be true or false",
        "tuple_type": "{value} must be a list",
        "model_type": "{value} must be an object with fields",
        "model_attributes_type": "{value} must be an object with fields",
        "dict_type": "{value} must be an object with fields",
    }
)


def _detail(spec_type: type[Spec], error: ErrorDetails) -> str:
    kind, context = error["type"], dict(error.get("ctx", {}))
    if kind == "extra_forbidden":
        return _unknown_field(spec_type, error["loc"])
    if kind == "value_error":
        return str(context["error"])[:500]
    if kind in _LIMITS:
        tag = shown(str(context.pop("tag", "")))
        limits = {name: shown(value) if isinstance(value, int | float) else value for name, value in context.items()}
        return _LIMITS[kind].format(value=shown(error["input"]), tag_shown=tag, **limits)
    own = kind not in get_args(core_schema.ErrorType)
    return error["msg"][:500] if own else f"{error['msg'][:200]}, not {shown(error['input'])}"


def _unknown_field(spec_type: type[Spec], loc: Sequence[int | str]) -> str:
    name, known = str(loc[-1]), known_fields(spec_type, loc[:-1])
    close = difflib.get_close_matches(name[:LONGEST], known, n=1)
    meant = f'did you mean "{close[0]}"? ' if close else "remove it; "
    return f"unknown field {shown(name)}; {meant}known fields are {', '.join(known)}"
