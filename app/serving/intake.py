"""Bytes to spec: strict JSON, then validation, with every fault pointed at in the body as it was sent."""

from __future__ import annotations

import json
import pickle
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any

import orjson
from pydantic import ValidationError

from app.core.spec import Spec
from app.experiments.identity import spec_hash
from app.serving.explain import field_errors
from app.serving.problems import FieldError, RefusalError, invalid_spec, segment
from app.serving.schemas import check_lengths


@dataclass(frozen=True)
class Packed:
    """A validated spec on its way to a worker: equal keys mean equal specs, whatever the bytes.

    Attributes:
        key: content hash of the job's name and the completed spec.
        data: the pickled spec.
        upload: whether it holds data that somebody sent, which are not kept.
    """

    key: str
    data: bytes = field(compare=False, repr=False)
    upload: bool = field(default=False, compare=False)


def pack(job: str, spec_type: type[Spec], body: bytes) -> Packed:
    """The spec in ``body``.

    Raises:
        RefusalError: ``invalid-json`` or ``invalid-spec``.
    """
    spec = validate(spec_type, parse(body))
    return Packed(spec_hash(job, spec), pickle.dumps(spec, pickle.HIGHEST_PROTOCOL), holds_upload(spec))


def holds_upload(value: Any) -> bool:
    """Whether a spec, or one inside it, is somebody's own data."""
    if isinstance(value, tuple):
        return any(holds_upload(item) for item in value if isinstance(item, Spec))
    if not isinstance(value, Spec):
        return False
    return _is_upload(type(value)) or any(map(holds_upload, vars(value).values()))


@cache
def _is_upload(spec_type: type[Spec]) -> bool:
    return getattr(spec_type, "uploaded", False)


def parse(body: bytes) -> Any:
    """The value of a JSON text (RFC 8259) without repeated fields.

    Raises:
        RefusalError: ``invalid-json``, with the position where the text stops making sense.
    """
    try:
        orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise _not_json(body, error) from None
    repeated: list[tuple[dict[str, Any], str]] = []

    def fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        built = dict(pairs)
        if len(built) < len(pairs):
            repeated.append((built, _first_repeated(pairs)))
        return built

    try:
        tree = json.loads(body, object_pairs_hook=fields)
    except RecursionError:
        raise _invalid("", "brackets are nested too deeply; a spec needs a dozen levels at most") from None
    if repeated:
        raise _repeated(tree, *repeated[-1])
    return tree


def validate(spec_type: type[Spec], tree: Any) -> Spec:
    """``tree`` as a spec.

    Raises:
        RefusalError: ``invalid-spec``, with one entry of ``errors`` for each fault.
    """
    if isinstance(tree, dict):
        check_lengths(spec_type, tree)
    try:
        return spec_type.model_validate(tree)
    except ValidationError as error:
        faults = field_errors(spec_type, tree, error)
    raise invalid_spec(faults)


def _invalid(pointer: str, detail: str, position: int | None = None) -> RefusalError:
    return RefusalError("invalid-json", detail, [FieldError(pointer, detail, position)])


def _not_json(body: bytes, error: orjson.JSONDecodeError) -> RefusalError:
    if not body.strip():
        return _invalid("", "the body is empty; send the spec as a JSON object")
    reason = next((say for found, say in _REASONS.items() if found in error.msg), error.msg.split(":")[0])
    text = body[: 4 * error.pos + 16].decode("utf-8", "replace")[error.pos :]
    word = next((w for w in ("NaN", "Infinity") if text.startswith(w)), None)
    if word:
        reason = f"{word} is not a JSON number; send finite numbers, or leave the field out"
    return _invalid("", f"{reason} (line {error.lineno}, column {error.colno})", error.pos)


_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "number is infinity": "a number is too large for a double; the largest is about 1.8e308",
        "surrogate": "the text holds half of a surrogate pair, which is not Unicode; send UTF-8",
        "UTF-8": "the text is not UTF-8; encode it so",
        "byte order mark": "the text begins with a byte order mark; send plain UTF-8",
        "depth limit": "brackets are nested too deeply; a spec needs a dozen levels at most",
    }
)


def _first_repeated(pairs: list[tuple[str, Any]]) -> str:
    counts = Counter(key for key, _ in pairs)
    return next(key for key, count in counts.items() if count > 1)


def _repeated(tree: Any, holder: dict[str, Any], key: str) -> RefusalError:
    pointer = next((path for path, node in _walk(tree) if node is holder), "")
    shown = key if len(key) <= 40 else key[:40] + "…"
    return _invalid(f"{pointer}/{segment(key)}", f'the field "{shown}" is given twice; keep one')


def _walk(tree: Any) -> Iterator[tuple[str, Any]]:
    """Every object and list of ``tree`` with its pointer; iterative, for nesting as deep as the parser lets in."""
    waiting: list[tuple[str, Any]] = [("", tree)]
    while waiting:
        path, node = waiting.pop()
        yield path, node
        children = node.items() if isinstance(node, dict) else enumerate(node)
        waiting += [(f"{path}/{segment(k)}", child) for k, child in children if isinstance(child, dict | list)]
