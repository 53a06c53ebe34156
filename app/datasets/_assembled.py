"""From a file of people's own to the ``table`` dataset that it makes, and what to say where it makes none."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from pydantic import Field, ValidationError

from app.core.errors import SpecError
from app.core.spec import Spec
from app.datasets import _cautions, _csv
from app.datasets._columns import Column, column_of, decimal_mark, number_in, why_odd
from app.datasets._csv import MAX_FAULTS, Fault, TableError
from app.datasets._table import MAX_LABEL
from app.datasets.table import Table

MAX_CATEGORIES = 20
CLASSES_OF_NUMBERS = 10
HELD_OUT = 0.25
ENOUGH_TO_HOLD_OUT = 20
HEADER_ROWS = 200
"""Rows that are looked at to tell whether the first one holds names."""


Role = tuple[str, str | None]
"""Input, target or left out; and why."""


class Reading(Spec):
    """How to read a file; what is ``auto`` is guessed and said in the answer."""

    target: str | None = Field(
        None, max_length=MAX_LABEL, description="name or number (from 0) of its column; the last with values"
    )
    task: Literal["auto", "regression", "classification"] = Field("auto", description="what the target is")
    delimiter: Literal["auto", "comma", "semicolon", "tab", "pipe", "space"] = Field(
        "auto", description="between fields"
    )
    header: Literal["auto", "yes", "no"] = Field("auto", description="whether the first line holds names")
    gaps: Literal["refuse", "drop"] = Field("refuse", description="rows with a missing or unreadable value")
    text: Literal["one_hot", "leave_out"] = Field("one_hot", description="columns of texts, as inputs")


class Sheet(NamedTuple):
    """A file as columns; ``line`` and ``position`` say where each row stands in it."""

    columns: list[Column]
    lines: list[int]
    positions: list[int]
    delimiter: str
    decimal: str
    header: bool
    blank: int


def report(body: bytes, charset: str, reading: Reading) -> dict[str, Any]:
    """What is in a file, and the dataset spec it makes (None where problems are in the way).

    Raises:
        TableError: the text is no table, or has no such target.
    """
    sheet = sheet_of(_csv.decoded(body, charset), reading)
    target = _target_of(sheet, reading.target)
    task = reading.task if reading.task != "auto" else _usual_task(sheet.columns[target])
    roles = [_role(column, index == target, reading) for index, column in enumerate(sheet.columns)]
    gaps = _gaps(sheet, roles, task)
    dropped = {row for row, _ in gaps} if reading.gaps == "drop" else set()
    problems = _about_target(sheet.columns[target], task)
    problems += [] if reading.gaps == "drop" else [_gap(sheet, *cell) for cell in gaps[:MAX_FAULTS]]
    warnings = [] if reading.target else _cautions.passed_over(sheet.columns, target)
    warnings += _cautions.dressed_numbers(sheet.columns)
    dataset = None
    if not problems:
        kept = [row for row in range(len(sheet.lines)) if row not in dropped]
        if task == "classification":
            warnings += _cautions.lone_classes(sheet.columns[target], kept, sheet.lines, sheet.positions)
        dataset, problems = _dataset(sheet, roles, kept, task)
    return {
        "delimiter": sheet.delimiter,
        "decimal": sheet.decimal,
        "header": sheet.header,
        "rows": len(sheet.lines),
        "blank": sheet.blank,
        "dropped": len(dropped),
        "columns": [c.summary() | {"role": r, "why": w} for c, (r, w) in zip(sheet.columns, roles, strict=True)],
        "target": target,
        "task": task,
        "problems": problems,
        "warnings": warnings,
        "dataset": dataset,
    }


def sheet_of(text: str, reading: Reading) -> Sheet:
    """The columns of a text."""
    guess = reading.delimiter == "auto"
    delimiter = _csv.guessed_delimiter(text) if guess else _csv.DELIMITERS[reading.delimiter]
    found, blank = _csv.records(text, delimiter)
    rows = [[field.strip() for field in record.fields] for record in found]
    decimal = decimal_mark([cell for row in rows for cell in row], delimiter)
    header = _has_header(rows, decimal) if reading.header == "auto" else reading.header == "yes"
    names = _unique(rows[0] if header else [""] * len(rows[0]))
    body, places = (rows[1:], found[1:]) if header else (rows, found)
    if not body:
        raise TableError([Fault("there is a line of names but no row below it; add one line for each example")])
    columns = [
        column_of(name, list(cells), decimal) for name, cells in zip(names, zip(*body, strict=True), strict=True)
    ]
    return Sheet(columns, [p.line for p in places], [p.position for p in places], delimiter, decimal, header, blank)


def _has_header(rows: list[list[str]], decimal: str) -> bool:
    """Whether the first line is unlike the others: a text above numbers, or only texts, none of which comes again."""
    first, *below = rows[:HEADER_ROWS]
    if any(number_in(cell, decimal) is not None for cell in first):
        return False
    columns = [list(cells) for cells in zip(*below, strict=True)]
    if any(column_of("", cells, decimal).type in ("number", "mixed") for cells in columns):
        return True
    return all(first) and not any(name in cells for name, cells in zip(first, columns, strict=False))


def _unique(names: list[str]) -> list[str]:
    made: list[str] = []
    for number, name in enumerate(names, start=1):
        base = (name or f"column {number}")[: MAX_LABEL - 8]
        repeats = sum(other == base or other.startswith(f"{base} (") for other in made)
        made.append(base if not repeats else f"{base} ({repeats + 1})")
    return made


def _target_of(sheet: Sheet, wanted: str | None) -> int:
    if wanted is None:
        return _cautions.usual_target(sheet.columns)
    names = [column.name for column in sheet.columns]
    if wanted in names:
        return names.index(wanted)
    if wanted.isdecimal() and int(wanted) < len(names):
        return int(wanted)
    listed = ", ".join(names[:MAX_FAULTS])
    raise TableError([Fault(f'there is no column "{wanted[:40]}" to be the target; there are {listed}')])


def _usual_task(column: Column) -> str:
    few = column.whole() and column.distinct <= min(CLASSES_OF_NUMBERS, len(column.cells) // 2)
    return "classification" if few or column.type == "text" else "regression"


def _role(column: Column, target: bool, reading: Reading) -> Role:
    if target:
        return "target", None
    if column.type == "empty":
        return "left out", "it has no values"
    if column.distinct == 1:
        return "left out", "it is constant"
    if column.type == "text" and reading.text == "leave_out":
        return "left out", "it is text"
    if column.type == "text" and column.distinct > MAX_CATEGORIES:
        return "left out", f"it is text with {column.distinct:,} different values, more than {MAX_CATEGORIES}"
    return "input", f"one column of 0 and 1 for each of {column.distinct} texts" if column.type == "text" else None


def _gaps(sheet: Sheet, roles: list[Role], task: str) -> list[tuple[int, int]]:
    """(row, column) of missing and unreadable cells that matter, in the order of the file; any text can be a class."""
    labels = task == "classification"
    return sorted(
        (row, index)
        for index, (column, (role, _)) in enumerate(zip(sheet.columns, roles, strict=True))
        if role != "left out"
        for row in (*column.missing, *(() if role == "target" and labels else column.odd))
    )


def _gap(sheet: Sheet, row: int, index: int) -> Fault:
    column = sheet.columns[index]
    what = why_odd(column.cells[row]) if row in set(column.odd) else "the value is missing"
    where = f"line {sheet.lines[row]}, column {index + 1} ({column.name[:40]})"
    return Fault(f"{where}: {what}; correct it, or leave such rows out", row, index, sheet.positions[row])


def _about_target(column: Column, task: str) -> list[Fault]:
    name = column.name[:40]
    if column.type == "empty":
        return [Fault(f"the target {name} has no values; choose another column")]
    if task == "regression" and column.type == "text":
        return [Fault(f"the target {name} is text; choose classification, or another column")]
    if column.distinct == 1:
        return [Fault(f"the target {name} is the same in every row; choose another column")]
    return []


def _dataset(sheet: Sheet, roles: list[Role], kept: list[int], task: str) -> tuple[dict[str, Any] | None, list[Fault]]:
    """The spec, checked by building it; or what is in the way."""
    inputs: list[tuple[str, list[float]]] = []
    targets: list[Any] = []
    for column, (role, _) in zip(sheet.columns, roles, strict=True):
        if role == "input":
            inputs += _inputs(column, kept)
        elif role == "target":
            targets = _targets(column, kept, task)
    if not inputs or not kept:
        return None, [
            Fault("no column is left to learn from" if kept else "no row is left once those with gaps are dropped")
        ]
    if many := _cautions.too_many(len(inputs), len(sheet.columns), sheet.lines[kept[0]]):
        return None, many
    spec = {
        "kind": "table",
        "task": task,
        "inputs": [list(row) for row in zip(*(values for _, values in inputs), strict=True)],
        "targets": targets,
        "feature_names": [name for name, _ in inputs],
        "standardise": True,
        "standardise_targets": task == "regression",
        "held_out": HELD_OUT if len(kept) >= ENOUGH_TO_HOLD_OUT else 0.0,
    }
    try:
        Table.model_validate(spec).load()
    except ValidationError as error:
        return None, [
            Fault(fault["msg"]) for fault in error.errors(include_input=False, include_url=False)[:MAX_FAULTS]
        ]
    except SpecError as error:
        return None, [Fault(error.message)]
    return spec, []


def _inputs(column: Column, kept: list[int]) -> list[tuple[str, list[float]]]:
    if column.type != "text":
        return [(column.name, [column.at(row) for row in kept])]
    values = sorted({column.cells[row] for row in kept})
    named = [(f"{column.name} = {value}"[:MAX_LABEL], value) for value in values]
    return [(name, [float(column.cells[row] == value) for row in kept]) for name, value in named]


def _targets(column: Column, kept: list[int], task: str) -> list[Any]:
    if task == "regression":
        return [column.at(row) for row in kept]
    if column.whole():
        return [int(column.at(row)) for row in kept]
    return [column.cells[row] for row in kept]
