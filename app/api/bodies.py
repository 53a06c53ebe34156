"""Request bodies: read within limits of size and time, then turned into specs away from the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from email.message import Message
from typing import TYPE_CHECKING

from fastapi import Request
from starlette.requests import ClientDisconnect

from app.datasets._csv import CHARSETS
from app.serving.intake import Packed, pack
from app.serving.problems import RefusalError

if TYPE_CHECKING:
    from app.core.spec import Spec
    from app.serving.settings import Settings
    from app.serving.streaming import Dispatcher

INLINE = 32 * 1024
"""Bodies up to this size are validated in the event loop (in 3 ms at worst), larger ones in a worker."""

RATE = 65536
"""Bytes a second that a body must come at on average."""

DISCARDED = 4
"""How many times the limit is read and thrown away, so that a client can finish sending and read the refusal."""


async def packed_spec(request: Request, job: str, spec_type: type[Spec]) -> Packed:
    """The validated spec in the body of ``request``.

    Raises:
        RefusalError: the body is not JSON, too large, too slow, or not a valid spec.
    """
    require_json(request)
    body = await read_body(request)
    if len(body) <= INLINE:
        return pack(job, spec_type, body)
    dispatcher: Dispatcher = request.app.state.dispatcher
    return await dispatcher.apart(pack, job, spec_type, body)


def require_json(request: Request) -> None:
    """Insist on a JSON media type: no page of another site can send one unasked."""
    media, charset = _content_type(request)
    if media != "application/json" and not (media.startswith("application/") and media.endswith("+json")):
        raise RefusalError("unsupported-media-type", f"Content-Type is {media[:80]}; send application/json.")
    if charset not in ("utf-8", "us-ascii"):
        raise RefusalError("unsupported-media-type", f"The charset {charset[:40]} is not understood; send UTF-8.")


def require_text(request: Request, media: Sequence[str]) -> str:
    """Insist on one of some types of text (not those of forms, which pages of other sites can send); its charset.

    Raises:
        RefusalError: ``unsupported-media-type``.
    """
    found, charset = _content_type(request)
    if found not in media:
        raise RefusalError("unsupported-media-type", f"Content-Type is {found[:80]}; send {' or '.join(media)}.")
    if charset not in (*CHARSETS, "us-ascii"):
        raise RefusalError(
            "unsupported-media-type", f"The charset {charset[:40]} is not understood; send {', '.join(CHARSETS)}."
        )
    return charset


def _content_type(request: Request) -> tuple[str, str]:
    """Media type and charset."""
    header = Message()
    header["content-type"] = request.headers.get("content-type", "")
    media = header.get_content_type() if header["content-type"] else "nothing"
    return media, str(header.get_content_charset("utf-8"))


async def read_body(request: Request) -> bytes:
    """The raw body.

    Raises:
        RefusalError: ``body-too-large`` or ``body-too-slow``.
    """
    settings: Settings = request.app.state.settings
    try:
        async with asyncio.timeout(settings.body_seconds) as time_left:
            return await _within(request, settings.max_body, time_left)
    except TimeoutError:
        rate = f"{RATE // 1024} KiB a second after the first {settings.body_seconds:g} s"
        raise RefusalError("body-too-slow", f"The body came at less than {rate}; send it faster.") from None
    except ClientDisconnect:
        raise RefusalError("bad-request", "The connection closed before the body was complete.") from None


async def _within(request: Request, limit: int, time_left: asyncio.Timeout) -> bytes:
    """Each piece buys the time that it would take at :data:`RATE`, so that a large body may take long but not stall."""
    announced = _announced(request)
    if announced > limit and request.headers.get("expect"):
        raise _too_large(limit, announced)  # the client waits for a sign, and has sent nothing yet
    pieces, size = [], 0
    async for piece in request.stream():
        size += len(piece)
        time_left.reschedule((time_left.when() or 0.0) + len(piece) / RATE)
        if size <= limit:
            pieces.append(piece)
        elif size > DISCARDED * limit:
            break
    if size > limit:
        raise _too_large(limit, max(size, announced))
    return b"".join(pieces)


def _announced(request: Request) -> int:
    length = request.headers.get("content-length", "")
    return int(length) if length.isdecimal() else 0


def _too_large(limit: int, size: int) -> RefusalError:
    detail = f"The body has {size:,} bytes or more; the limit is {limit:,} bytes. Send fewer examples or parameters."
    return RefusalError("body-too-large", detail)
