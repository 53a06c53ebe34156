"""Reading people's own numbers: each refusal names the row and column (from 1), the limit and the remedy."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, NoReturn

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from app.datasets._base import MAX_EXAMPLES

MAX_COLUMNS = 256
MAX_NUMBERS = 500_000
MAX_CLASSES = 100
MAX_LABEL = 200
MAX_WHOLE = 2**53
MAX_FLOAT = sys.float_info.max

Rows = tuple[tuple[float, ...], ...]


def refuse(message: str, *place: int) -> NoReturn:
    """Raise a validation error at ``place`` (row, column) of the field being read; it does not echo the data."""
    kind = PydanticCustomError("table", "{message}", {"message": message})
    error = InitErrorDetails(type=kind, loc=place, input=None)
    raise ValidationError.from_exception_data("table", [error])


def shown(value: Any) -> str:
    """A value as an error message quotes it: never longer than 40 characters."""
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:39]}…"


def read_rows(name: str, value: Any, validate: Callable[[Any], Rows]) -> Rows:
    """A list of equally long lists of finite numbers; ``validate`` checks the numbers, in compiled code."""
    rows = _entries(name, value)
    width = _width(rows[0])
    for i, row in enumerate(rows):
        _check_row(row, i, width)
    _check_size(len(rows), width)
    try:
        return validate(rows)
    except ValidationError as error:
        row, column = error.errors(include_input=False, include_url=False)[0]["loc"]
        row, column = int(row), int(column)
        refuse(_not_a_number(f"row {row + 1}, column {column + 1}", rows[row][column]), row, column)


def read_numbers(value: Any) -> tuple[float, ...]:
    """A column of finite numbers."""
    return tuple(_number(entry, row) for row, entry in enumerate(_entries("targets", value)))


def read_labels(value: Any) -> tuple[int | str, ...]:
    """A column of class labels: all whole numbers (``2.0`` is one) or all texts, of 2 to ``MAX_CLASSES`` classes."""
    labels = tuple(_label(entry, row) for row, entry in enumerate(_entries("targets", value)))
    first = labels[0]
    odd = next((row for row, label in enumerate(labels) if type(label) is not type(first)), None)
    if odd is not None:
        mixed = f"{shown(labels[odd])} and row 1's {shown(first)} mix texts and numbers"
        refuse(f"row {odd + 1}: {mixed}; use one or the other", odd)
    _check_classes(len(set(labels)), first)
    return labels


def check_together(inputs: Rows, targets: tuple[Any, ...]) -> None:
    """One target per row, and all numbers within ``MAX_NUMBERS``."""
    if len(inputs) != len(targets):
        refuse(f"targets has {len(targets):,} rows but inputs has {len(inputs):,}; give one target per row of inputs")
    _check_size(len(inputs), len(inputs[0]) + (len(targets[0]) if isinstance(targets[0], tuple) else 1))


def _entries(name: str, value: Any) -> list[Any] | tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        refuse(f"{name} must be a list with one entry per example, not {shown(value)}")
    if not value:
        refuse(f"{name} is empty; give at least one row")
    if len(value) > MAX_EXAMPLES:
        refuse(f"{name} has {len(value):,} rows but at most {MAX_EXAMPLES:,} are allowed; send a sample of them")
    return value


def _check_size(rows: int, width: int) -> None:
    if rows * width > MAX_NUMBERS:
        refuse(
            f"the table holds {rows:,} × {width:,} = {rows * width:,} numbers but at most {MAX_NUMBERS:,} are allowed; "
            f"send at most {MAX_NUMBERS // width:,} such rows"
        )


def _check_classes(count: int, first: int | str) -> None:
    if count == 1:
        refuse(f"every row has the label {shown(first)}; a classification needs at least 2 classes")
    if count > MAX_CLASSES:
        refuse(
            f"targets hold {count:,} classes but at most {MAX_CLASSES} are allowed; "
            'merge some, or set "task": "regression"'
        )


def _number(value: Any, row: int) -> float:
    if type(value) not in (int, float) or not abs(value) <= MAX_FLOAT:
        refuse(_not_a_number(f"row {row + 1}", value), row)
    return float(value)


def _label(value: Any, row: int) -> int | str:
    if isinstance(value, str) and len(value) <= MAX_LABEL:
        return value
    if type(value) in (int, float) and abs(value) <= MAX_WHOLE and value == int(value):
        return int(value)
    refuse(
        f"row {row + 1}: {shown(value)} is not a class label; write a whole number (within ±2⁵³) or a text (of at most "
        f'{MAX_LABEL} characters), or set "task": "regression"',
        row,
    )


def _width(row: Any) -> int:
    if not isinstance(row, list | tuple):
        refuse(f"row 1 is {shown(row)}, not a list of numbers; write [[…], […], …], one list per example", 0)
    if not row:
        refuse("row 1 has no columns; give every row at least one number", 0)
    if len(row) > MAX_COLUMNS:
        refuse(f"row 1 has {len(row):,} columns but at most {MAX_COLUMNS} are allowed; choose fewer", 0)
    return len(row)


def _check_row(row: Any, i: int, width: int) -> None:
    if not isinstance(row, list | tuple):
        refuse(f"row {i + 1} is {shown(row)}, not a list of {width} numbers like row 1; write it as a list", i)
    if len(row) != width:
        refuse(f"row {i + 1} has {len(row):,} columns but row 1 has {width}; give every row the same number of them", i)


def _not_a_number(where: str, value: Any) -> str:
    return (
        f"{where}: {shown(value)} is not a finite number; "
        "fill the gap or remove the row (a category becomes one 0-or-1 column per value)"
    )
