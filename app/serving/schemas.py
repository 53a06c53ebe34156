"""A spec's JSON schema beside a body: which fields are known somewhere, and which lists are too long to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from pydantic.json_schema import JsonSchemaMode, models_json_schema

from app.core.spec import Spec
from app.serving.problems import FieldError, invalid_spec, segment

Schema = dict[str, Any]

MAX_FIELDS = 1000
MAX_VISITED = 100_000
SHORT = 64
"""Items that a validator may well make an error of each."""


def known_fields(spec_type: type[Spec], loc: Sequence[int | str]) -> list[str]:
    """The fields of the object at pydantic's ``loc``."""
    schema = node = _SCHEMAS[spec_type]
    for item in loc:
        node = _child(schema, node, item)
    return list(_object_branch(schema, node).get("properties", {}))


def check_lengths(spec_type: type[Spec], tree: Any) -> None:
    """Refuse lists and objects that are far too long before a validator makes an error of each of their items.

    Raises:
        RefusalError: ``invalid-spec``.
    """
    if not _long(tree):
        return
    schema = _SCHEMAS[spec_type]
    waiting: list[tuple[str, Schema, Any]] = [("", schema, tree)]
    for _ in range(MAX_VISITED):
        if not waiting:
            return
        pointer, node, value = waiting.pop()
        most = MAX_FIELDS if isinstance(value, dict) else node.get("maxItems", len(value))
        if len(value) > most:
            detail = f"{len(value):,} are too many, at most {most:,} are allowed; remove some"
            raise invalid_spec([FieldError(pointer, detail)])
        waiting += _known_children(schema, pointer, node, value)


def _long(tree: Any) -> bool:
    """Whether anything in ``tree`` has more than :data:`SHORT` items; few specs have."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if len(node) > SHORT:
            return True
        waiting += [
            child for child in (node.values() if isinstance(node, dict) else node) if type(child) in (dict, list)
        ]
    return False


def _known_children(schema: Schema, pointer: str, node: Schema, value: Any) -> Iterator[tuple[str, Schema, Any]]:
    """Objects and lists inside ``value`` at places that the schema knows; validators do not look into others."""
    if isinstance(value, dict) and "discriminator" in node:
        node = _child(schema, node, str(value.get("kind")))
    for key, child in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(child, dict | list):
            inner = _object_branch(schema, _child(schema, node, key))
            if inner is not node:
                yield f"{pointer}/{segment(key)}", inner, child


class _Schemas(dict[type[Spec], Schema]):
    """What has been asked for is kept."""

    def __missing__(self, spec_type: type[Spec]) -> Schema:
        schema = self[spec_type] = spec_type.model_json_schema()
        return schema


_SCHEMAS = _Schemas()


def learn(spec_types: Iterable[type[Spec]]) -> None:
    """Build the schemas that the first requests will ask for, all at once: one by one they take five times as long."""
    keys: dict[type[Spec], tuple[type[Spec], JsonSchemaMode]] = {found: (found, "validation") for found in spec_types}
    references, schema = models_json_schema(list(keys.values()))
    for spec_type, key in keys.items():
        _SCHEMAS[spec_type] = schema | _resolved(schema, references[key])


def _resolved(schema: Schema, node: Schema) -> Schema:
    while "$ref" in node:
        node = schema["$defs"][node["$ref"].rsplit("/", 1)[-1]]
    return node


def _child(schema: Schema, node: Schema, item: int | str) -> Schema:
    """The schema one step of ``loc`` further: a field, an item, or a branch of a union."""
    within = _object_branch(schema, node)
    found = next((found for step in _STEPS if (found := step(within, item)) is not None), within)
    return _resolved(schema, found)


def _object_branch(schema: Schema, node: Schema) -> Schema:
    """``node``, or the part of a union that holds fields or items."""
    if any(key in node for key in _HOLDERS):
        return node
    branches = (_resolved(schema, branch) for branch in node.get("anyOf", ()))
    return next((branch for branch in branches if any(key in branch for key in _HOLDERS)), node)


_HOLDERS = ("properties", "items", "discriminator")


def _field(node: Schema, item: int | str) -> Schema | None:
    found: Schema | None = node.get("properties", {}).get(item)
    return found


def _item(node: Schema, item: int | str) -> Schema | None:
    return node.get("items") if isinstance(item, int) else None


def _tag(node: Schema, item: int | str) -> Schema | None:
    reference = node.get("discriminator", {}).get("mapping", {}).get(item)
    return None if reference is None else {"$ref": reference}


_STEPS: tuple[Callable[[Schema, int | str], Schema | None], ...] = (_field, _item, _tag)
