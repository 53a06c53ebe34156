"""Schemas that are built together say what each would say alone."""

from __future__ import annotations

from typing import Any

import pytest

from app.lessons.jobs import JOBS
from app.serving.schemas import _SCHEMAS, known_fields, learn

SPECS = sorted({job.spec for job in JOBS.values()}, key=lambda spec: spec.__name__)


def agree(ours: Any, theirs: Any, a: Any, b: Any, seen: set[tuple[str, str]]) -> bool:
    """Whether two nodes mean the same, whatever the names of what they refer to."""
    if isinstance(a, dict) and "$ref" in a:
        return refer_alike(ours, theirs, a["$ref"], b["$ref"], seen)
    if isinstance(a, dict):
        below = a.keys() - {"$defs"}
        return below == b.keys() - {"$defs"} and all(
            all(refer_alike(ours, theirs, a[key][kind], b[key][kind], seen) for kind in a[key] | b[key])
            if key == "mapping"
            else agree(ours, theirs, a[key], b[key], seen)
            for key in below
        )
    if isinstance(a, list):
        return len(a) == len(b) and all(agree(ours, theirs, x, y, seen) for x, y in zip(a, b, strict=True))
    return bool(a == b)


def refer_alike(ours: Any, theirs: Any, a: str, b: str, seen: set[tuple[str, str]]) -> bool:
    """The same of what two references lead to."""
    if (a, b) in seen:
        return True
    seen.add((a, b))
    found, expected = (of["$defs"][name.rsplit("/", 1)[-1]] for of, name in ((ours, a), (theirs, b)))
    return agree(ours, theirs, found, expected, seen)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.__name__)
def test_a_spec_s_schema_is_the_same_alone_and_among_others(spec: Any) -> None:
    learn(SPECS)
    together, alone = _SCHEMAS[spec], spec.model_json_schema()
    seen: set[tuple[str, str]] = set()
    assert agree(together, alone, together, alone, seen)
    assert len(seen) >= len(alone.get("$defs", ()))
    assert known_fields(spec, []) == list(spec.model_fields)
