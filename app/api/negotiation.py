"""Which media type a client wants (RFC 9110, section 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from app.serving.problems import RefusalError

JSON = "application/json"
SSE = "text/event-stream"
NDJSON = "application/x-ndjson"
EVENTS = "application/vnd.thalweg.events"
BINARY = "application/octet-stream"

MAX_RANGES = 50
LEAST = 0.001
_RANGE = re.compile(r"\s*([\w!#$&^.+*-]+)/([\w!#$&^.+*-]+)\s*((?:;[^;]*)*)$")
_QUALITY = re.compile(r";\s*q\s*=\s*([^;\s]*)", re.IGNORECASE)
_WEIGHT = re.compile(r"\d*\.?\d*")


class _Range(NamedTuple):
    main: str
    sub: str
    quality: float

    def specificity(self, media: str) -> int:
        """2 for the very type, 1 for ``type/*``, 0 for ``*/*``; -1 where it does not cover ``media``."""
        main, sub = media.split("/")
        if (self.main, self.sub) == (main, sub):
            return 2
        if (self.main, self.sub) == (main, "*"):
            return 1
        return 0 if (self.main, self.sub) == ("*", "*") else -1


def choose(accept: str | None, offered: Sequence[str]) -> str:
    """The offered media type that ``accept`` likes best; the first of equals.

    Raises:
        RefusalError: ``not-acceptable``, naming what is offered.
    """
    if not accept or not accept.strip():
        return offered[0]
    ranges = [found for part in accept.split(",")[:MAX_RANGES] if (found := _parsed(part))]
    best = max(offered, key=lambda media: _quality(media, ranges))
    if _quality(best, ranges) > 0:
        return best
    raise RefusalError("not-acceptable", f"Accept {accept[:100]} matches nothing on offer: {', '.join(offered)}.")


def _parsed(part: str) -> _Range | None:
    match = _RANGE.match(part)
    if not match:
        return None
    quality = _QUALITY.search(match[3])
    return _Range(match[1].lower(), match[2].lower(), _weight(quality[1]) if quality else 1.0)


def _weight(text: str) -> float:
    """A number from 0 to 1; whatever else somebody writes is as little as can be, and still better than nothing."""
    digits = bool(_WEIGHT.fullmatch(text)) and any(map(str.isdigit, text))
    return min(float(text), 1.0) if digits else LEAST


def _quality(media: str, ranges: Sequence[_Range]) -> float:
    covering = [one for one in ranges if one.specificity(media) >= 0]
    return max(covering, key=lambda one: one.specificity(media)).quality if covering else 0.0
