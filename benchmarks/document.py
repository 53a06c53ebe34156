"""The generated parts of docs/BENCHMARKS.md, each between markers of its own; what is written by hand stays."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "BENCHMARKS.md"


def replaced(text: str, name: str, content: str) -> str:
    """``text`` with the part ``name`` replaced.

    Raises:
        ValueError: there is no such part; it needs its two markers in the document first.
    """
    begin, end = markers(name)
    if begin not in text or end not in text:
        raise ValueError(f"the document has no part {name!r}; add the lines {begin} and {end} where it belongs")
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    return pattern.sub(lambda _: f"{begin}\n{content}\n{end}", text, count=1)


def write(parts: Mapping[str, str]) -> None:
    """Put parts into the document."""
    text = DOCUMENT.read_text()
    for name, content in parts.items():
        text = replaced(text, name, content)
    DOCUMENT.write_text(text)


def markers(name: str) -> tuple[str, str]:
    """The lines around a generated part."""
    return f"<!-- measured: {name} -->", f"<!-- end of {name} -->"
