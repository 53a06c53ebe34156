"""Columns of people's own files: what their cells are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from math import isfinite
from typing import Any, NamedTuple

from app.datasets._table import MAX_CLASSES, MAX_LABEL, MAX_WHOLE, shown

MISSING = frozenset({"", "na", "n/a", "nan", "null", "?"})
MEANT_AS_NUMBERS = 0.8
"""A column with at least this share of numbers is one of numbers, and its other cells are mistakes."""
SAMPLE = 5

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_COMMA = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?", re.ASCII)


class Column(NamedTuple):
    """A column and its cells.

    Attributes:
        name: from the header, made unique.
        cells: as written, without surrounding blanks.
        numbers: of each cell; None where it is missing or not a finite number.
        missing: rows without a value.
        odd: rows of a column of numbers whose cells are none.
        type: ``number``, ``mixed`` (numbers with mistakes), ``text`` or ``empty``.
    """

    name: str
    cells: list[str]
    numbers: list[float | None]
    missing: list[int]
    odd: list[int]
    type: str

    @property
    def distinct(self) -> int:
        """How many different values there are."""
        return len(self.counts())

    def counts(self) -> Counter[Any]:
        """Values that are there, with how often: numbers in a column of numbers, else texts."""
        values: Sequence[Any] = self.numbers if self.type == "number" else self.cells
        gone = set(self.missing)
        return Counter(value for row, value in enumerate(values) if row not in gone)

    def at(self, row: int) -> float:
        """The number in a row that has one."""
        number = self.numbers[row]
        assert number is not None
        return number

    def whole(self) -> bool:
        """All numbers, and all whole."""
        there = [number for number in self.numbers if number is not None]
        return self.type == "number" and all(abs(n) <= MAX_WHOLE and n == int(n) for n in there)

    def summary(self) -> dict[str, Any]:
        """What a person is told of it."""
        counts, there = self.counts(), [number for number in self.numbers if number is not None]
        numeric = self.type in ("number", "mixed")
        listed = len(counts) <= MAX_CLASSES and (self.type == "text" or self.whole())
        return {
            "name": self.name,
            "type": self.type,
            "missing": len(self.missing),
            "odd": len(self.odd),
            "distinct": len(counts),
            "constant": len(counts) == 1,
            "minimum": min(there) if numeric else None,
            "maximum": max(there) if numeric else None,
            "classes": [{"label": _cut(k), "count": n} for k, n in counts.most_common()] if listed else None,
            "sample": [_cut(cell) for cell in self.cells[:SAMPLE]],
        }


def _cut(label: Any) -> Any:
    if isinstance(label, float):
        return int(label)
    return label if len(label) <= MAX_LABEL else f"{label[: MAX_LABEL - 1]}…"


def column_of(name: str, cells: list[str], decimal: str) -> Column:
    """A column read: missing cells, numbers, and which of the two kinds it is."""
    numbers = [number_in(cell, decimal) for cell in cells]
    missing = [row for row, cell in enumerate(cells) if cell.lower() in MISSING]
    there = len(cells) - len(missing)
    readable = sum(number is not None for number in numbers)
    if not there:
        return Column(name, cells, numbers, missing, [], "empty")
    if not readable or readable < MEANT_AS_NUMBERS * there:
        return Column(name, cells, numbers, missing, [], "text")
    gone = set(missing)
    odd = [row for row, number in enumerate(numbers) if number is None and row not in gone]
    return Column(name, cells, numbers, missing, odd, "mixed" if odd else "number")


def number_in(cell: str, decimal: str) -> float | None:
    """The finite number that a cell is."""
    text = cell.replace(",", ".") if decimal == "," and _COMMA.fullmatch(cell) else cell
    if not _NUMBER.fullmatch(text):
        return None
    number = float(text)
    return number if isfinite(number) else None


def decimal_mark(cells: Sequence[str], delimiter: str) -> str:
    """A comma where cells use it and none uses a point; never where it is the delimiter."""
    if delimiter == ",":
        return "."
    pointed = any("." in cell and _NUMBER.fullmatch(cell) for cell in cells)
    return "," if not pointed and any(_COMMA.fullmatch(cell) for cell in cells) else "."


def why_odd(cell: str) -> str:
    """What is wrong with a cell of a column of numbers."""
    if _NUMBER.fullmatch(cell):
        return f"{shown(cell)} is too large for a double; the largest is about 1.8e308"
    return f"{shown(cell)} is not a number, as most of its column are"
