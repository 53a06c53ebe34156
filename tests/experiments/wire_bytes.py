"""Events as values that compare equal exactly when they would be the same bytes on the wire."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.experiments.events import Event, Holey, Single


def comparable(events: Sequence[Event]) -> list[Any]:
    """Every array as its type, shape and bytes."""
    return [_frozen(event._asdict()) for event in events]


def _frozen(value: Any) -> Any:
    if isinstance(value, Holey | Single):
        return _frozen(value.array)
    if isinstance(value, np.ndarray):
        return str(value.dtype), value.shape, value.tobytes()
    if isinstance(value, dict):
        return {key: _frozen(item) for key, item in value.items()}
    return [_frozen(item) for item in value] if isinstance(value, list | tuple) else value
