"""Work written down as calls on buffers that stay: what is left of it in a loop is to call."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Call = tuple[Callable[..., Any], tuple[Any, ...]]
"""A function and its positional arguments: by keyword, or with a Python number among them, ufuncs take longer."""


def carry_out(calls: Iterable[Call]) -> None:
    """Call one after another."""
    for function, arguments in calls:
        function(*arguments)
