"""People's own files: from bytes to records, with every refusal naming line and column."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from app.datasets._base import MAX_EXAMPLES

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|", "space": " "}
CHARSETS = ("utf-8", "utf-16", "iso-8859-1", "windows-1252")
MAX_FIELDS = 1_000
MAX_FAULTS = 20
SAMPLE_LINES = 50
SAMPLE_CHARACTERS = 20_000
MAX_CELLS = 2_000_000


class Fault(NamedTuple):
    """One thing that is wrong: what and where, counted from 0; ``position`` is a character offset in the text."""

    detail: str
    row: int | None = None
    column: int | None = None
    position: int | None = None


class TableError(ValueError):
    """A text that is no table."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(tuple(faults))
        self.faults = tuple(faults)


class Record(NamedTuple):
    """One row of the file: its fields, the line it ends on (from 1), and where it begins."""

    fields: list[str]
    line: int
    position: int


def decoded(body: bytes, charset: str) -> str:
    """The text of a file, without a byte order mark.

    Raises:
        TableError: it is empty, not in that charset, or holds NUL.
    """
    marked = body.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = body.decode("utf-16" if marked else charset).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        said = f"byte {error.start} is not {error.encoding}; save the file as CSV in UTF-8, or name its charset"
        raise TableError([Fault(said)]) from None
    if "\0" in text:
        place = text.index("\0")
        line = text.count("\n", 0, place) + 1
        said = f"line {line} holds a NUL character, which no table has; is this a text file?"
        raise TableError([Fault(said, position=place)])
    if not text.strip():
        raise TableError([Fault("the file is empty; send a line of names and one line for each example")])
    return text


def guessed_delimiter(text: str) -> str:
    """The one that cuts the first lines into the same number of fields, the most where several do; never blanks."""
    lines = [
        line[:SAMPLE_CHARACTERS] for line, _ in zip(io.StringIO(text, newline=""), range(SAMPLE_LINES), strict=False)
    ]
    candidates = [delimiter for delimiter in DELIMITERS.values() if delimiter != " "]
    return max(candidates, key=lambda delimiter: (*_evenness(lines, delimiter), -candidates.index(delimiter)))


def _evenness(lines: list[str], delimiter: str) -> tuple[bool, float, int]:
    try:
        widths = [len(fields) for fields in csv.reader(lines, delimiter=delimiter) if fields]
    except csv.Error:  # an open quotation mark swallows line after line; reading in earnest says where
        widths = [1]
    usual = max(set(widths), key=widths.count)
    return usual > 1, widths.count(usual) / len(widths), usual


def records(text: str, delimiter: str) -> tuple[list[Record], int]:
    """All records of equal length, and how many blank ones were passed over.

    Raises:
        TableError: a quotation mark out of place, rows of unequal length, or more than fits.
    """
    found, blank = [], 0
    for record in _read(text, delimiter):
        if not any(field.strip() for field in record.fields):
            blank += 1
            continue
        found.append(record)
        if len(found) > MAX_EXAMPLES + 1:
            said = f"there are more than {MAX_EXAMPLES:,} rows; send a sample of them"
            raise TableError([Fault(said, position=record.position)])
    _check_lengths(found)
    return found, blank


def _read(text: str, delimiter: str) -> Iterator[Record]:
    lines = _Lines(text, delimiter)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        start = lines.position
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            said = f"line {reader.line_num}: {error}; look for a quotation mark that is not closed, or not doubled"
            raise TableError([Fault(said, position=start)]) from None
        yield Record(fields, reader.line_num, start)


class _Lines:
    """The lines of a text, each looked at before it is taken apart."""

    def __init__(self, text: str, delimiter: str) -> None:
        self.position = 0
        self.number = 1
        self._lines = io.StringIO(text, newline="")
        self._delimiter = delimiter

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        if line.count(self._delimiter) >= 10 * MAX_FIELDS:
            raise TableError([_too_wide(line.count(self._delimiter) + 1, self.number, self.position)])
        self.position += len(line)
        self.number += 1
        return line


def _too_wide(fields: int, line: int, position: int) -> Fault:
    said = (
        f"line {line:,} has {fields:,} fields but at most {MAX_FIELDS:,} are read; a line break may be missing, or "
        "another delimiter be meant; else leave columns out"
    )
    return Fault(said, position=position)


def _check_lengths(found: list[Record]) -> None:
    width = len(found[0].fields)
    if width > MAX_FIELDS:
        raise TableError([_too_wide(width, found[0].line, found[0].position)])
    if width * len(found) > MAX_CELLS:
        said = f"{len(found):,} rows of {width:,} fields are more than {MAX_CELLS:,} cells; send fewer rows or columns"
        raise TableError([Fault(said)])
    odd = [(row, record) for row, record in enumerate(found) if len(record.fields) != width]
    if odd:
        raise TableError([_ragged(row, record, found[0]) for row, record in odd[:MAX_FAULTS]])


def _ragged(row: int, record: Record, first: Record) -> Fault:
    said = (
        f"line {record.line} has {len(record.fields)} fields but line {first.line} has {len(first.fields)}; give every "
        "line as many, and put texts that hold the delimiter in quotation marks"
    )
    return Fault(said, row=row, position=record.position)
