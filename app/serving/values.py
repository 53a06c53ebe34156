"""What events are made of, ready for JSON.

Non-finite numbers never become ``null`` by accident: outside :class:`~app.experiments.events.Holey` they are an error.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import orjson

from app.experiments.events import Holey, Single
from app.serving.columns import Carry, NonFiniteError


def dump(value: Any) -> bytes:
    """JSON of what is :func:`plain`."""
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY)


def plain(value: Any, carry: Carry) -> Any:
    """``value`` with every number ready for JSON, and every array as ``carry`` gives it.

    Raises:
        NonFiniteError: a NaN or an infinity outside a :class:`Holey`; the message names the place.
    """
    kind = type(value)
    if kind in _AS_THEY_ARE:
        return value
    return _READY.get(kind, _other)(value, carry)


def _other(value: Any, carry: Carry) -> Any:
    """What is none of the types that events are made of, but of their kind."""
    if isinstance(value, dict):
        return _fields(value, carry)
    if isinstance(value, list | tuple):
        return _items(value, carry)
    return _scalar(value)


_AS_THEY_ARE = frozenset({str, int, bool, type(None)})


def _fields(value: Mapping[Any, Any], carry: Carry) -> dict[str, Any]:
    ready, key = {}, None
    try:
        for key, item in value.items():
            kind = type(item)
            ready[str(key)] = item if kind in _AS_THEY_ARE else _READY.get(kind, _other)(item, carry)
    except NonFiniteError as error:
        raise error.under(key) from None
    return ready


def _items(value: Sequence[Any], carry: Carry) -> Sequence[Any]:
    if _AS_THEY_ARE.issuperset(map(type, value)):
        return value
    return list(_fields(dict(enumerate(value)), carry).values())


def _scalar(value: Any) -> Any:
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, float) and not math.isfinite(value):
        raise NonFiniteError(f"is {value}; non-finite numbers travel only as declared holes")
    return value


_READY: Mapping[type, Callable[[Any, Carry], Any]] = MappingProxyType(
    {
        np.ndarray: lambda array, carry: carry(array, False, False),
        Single: lambda value, carry: carry(np.asarray(value.array), False, True),
        Holey: lambda value, carry: carry(np.asarray(value.array), True, value.single),
        dict: _fields,
        list: _items,
        float: lambda number, _: _scalar(number),
    }
)
"""What is done with the types that events are made of."""
