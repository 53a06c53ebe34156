"""Which of a dataset's inputs are kept."""

from __future__ import annotations

from typing import Any

from app.core.errors import SpecError
from app.core.spec import control


def columns_control() -> Any:
    """The field ``columns`` of datasets with many inputs."""
    return control(
        (), "Columns", max_length=64, description="inputs that are kept, by index from 0; empty keeps them all"
    )


def kept(columns: tuple[int, ...], count: int) -> list[int]:
    """Indices of the inputs that are kept, of ``count``.

    Raises:
        SpecError: a column that is not there, or one twice.
    """
    for column in columns:
        if not 0 <= column < count:
            raise SpecError(f"column {column} must be from 0 to {count - 1}, the inputs there are", "/columns")
    if len(set(columns)) < len(columns):
        raise SpecError(f"columns {list(columns)} name one twice; keep one of them", "/columns")
    return list(columns or range(count))
