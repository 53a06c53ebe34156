"""What to say of people's own files where they can be learnt from, but perhaps not as they were meant."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.datasets._columns import MEANT_AS_NUMBERS, Column
from app.datasets._csv import MAX_FAULTS, Fault
from app.datasets._table import MAX_COLUMNS, shown

_DRESSED = re.compile(r"[-+]?[$€£]?\s?(\d+|\d{1,3}([,.' \u00a0\u202f]\d{3})+)([.,]\d+)?\s?[%$€£]?", re.ASCII)
"""A number with marks between its thousands, a currency or a percent sign."""


def usual_target(columns: Sequence[Column]) -> int:
    """The last column that holds anything: a delimiter at each line's end makes an empty one behind it."""
    return next((i for i in reversed(range(len(columns))) if columns[i].type != "empty"), len(columns) - 1)


def passed_over(columns: Sequence[Column], target: int) -> list[Fault]:
    """That columns without values stand behind the target that was chosen unasked."""
    empty = len(columns) - 1 - target
    if not empty:
        return []
    what = "the last column has" if empty == 1 else f"the last {empty:,} columns have"
    said = (
        f"{what} no values (perhaps each line ends with a delimiter): {columns[target].name[:40]}, the last that has "
        "some, is to be learnt; or choose another"
    )
    return [Fault(said)]


def dressed_numbers(columns: Sequence[Column]) -> list[Fault]:
    """Columns of texts whose cells look like numbers: their sizes are lost."""
    faults = []
    for index, column in enumerate(columns):
        if column.type != "text":
            continue
        gone = set(column.missing)
        cells = [(row, cell) for row, cell in enumerate(column.cells) if row not in gone]
        alike = [row for row, cell in cells if _DRESSED.fullmatch(cell)]
        if len(alike) < MEANT_AS_NUMBERS * len(cells):
            continue
        said = (
            f"column {index + 1} ({column.name[:40]}) is read as texts, for its cells are written like "
            f"{shown(column.cells[alike[0]])}; to learn from them as numbers, leave out what stands beside the digits"
        )
        faults.append(Fault(said))
    return faults[:MAX_FAULTS]


def lone_classes(column: Column, kept: Sequence[int], lines: Sequence[int], positions: Sequence[int]) -> list[Fault]:
    """Classes with a single example: either learnt from or tested on, never both."""
    whole = column.whole()
    rows: dict[str, list[int]] = {}
    for row in kept:
        rows.setdefault(f"{column.at(row):.0f}" if whole else column.cells[row], []).append(row)
    return [
        Fault(
            f"class {label[:40]} has only one example (line {lines[row]:,}), which is either learnt from or tested on; "
            "add examples of it, or leave that row out",
            row,
            None,
            positions[row],
        )
        for label, (row, *more) in rows.items()
        if not more
    ][:MAX_FAULTS]


def too_many(inputs: int, fields: int, line: int) -> list[Fault]:
    """More inputs than a table may have: seldom meant."""
    if inputs <= MAX_COLUMNS:
        return []
    said = (
        f"line {line:,} has {fields:,} fields, which make {inputs:,} inputs, but at most {MAX_COLUMNS} are allowed; a "
        "line break may be missing, or another delimiter be meant; else leave columns out (texts make several inputs)"
    )
    return [Fault(said)]
