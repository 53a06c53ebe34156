"""Own data, read in a worker: a file in, a report out, nothing kept."""

from __future__ import annotations

from typing import NoReturn

import orjson

from app.datasets._assembled import Reading, report
from app.datasets._csv import Fault, TableError
from app.serving.problems import FieldError, RefusalError


def read_table(body: bytes, charset: str, reading: Reading) -> bytes:
    """The report of a file, as JSON.

    Raises:
        RefusalError: ``invalid-table``, with an entry of ``errors`` for each fault.
    """
    try:
        found = report(body, charset, reading)
    except TableError as error:
        _refuse([_entry(fault) for fault in error.faults])
    said = {name: [_entry(fault).as_dict() for fault in found[name]] for name in ("problems", "warnings")}
    return orjson.dumps(found | said)


def _entry(fault: Fault) -> FieldError:
    """Row and column (from 0, below the header) as a pointer; empty where no one row is to blame."""
    place = [] if fault.row is None else [fault.row] if fault.column is None else [fault.row, fault.column]
    return FieldError("".join(f"/{part}" for part in place), fault.detail, fault.position)


def _refuse(errors: list[FieldError]) -> NoReturn:
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    raise RefusalError("invalid-table", errors[0].detail + more, errors) from None
