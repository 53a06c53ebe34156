"""What is let in: a computation within the limits, told so before any of it runs."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from app.serving.problems import RefusalError


class Estimate(Protocol):
    """What a job's ``cost`` returns."""

    @property
    def seconds(self) -> float:
        """Computing time on one core."""

    @property
    def bytes(self) -> int:
        """Memory held at once."""

    @property
    def advice(self) -> str:
        """What to reduce."""


class Limits(NamedTuple):
    """The largest computation that is let in.

    Attributes:
        seconds: estimated computing time.
        bytes: estimated memory.
        reply: largest event, in bytes.
        left: estimated computing time that its client has left for now; None where that is not limited.
    """

    seconds: float
    bytes: int
    reply: int = 2**62
    left: float | None = None

    def admit(self, cost: Estimate) -> None:
        """Refuse a computation whose estimated cost is over a limit.

        Raises:
            RefusalError: ``too-costly`` or ``rate-limited``, with the estimate, the limit and what to do.
        """
        self._affordable_at_all(cost)
        if self.left is not None and cost.seconds > self.left:
            raise rate_limited(cost.seconds, self.left)

    def admit_event(self, size: int) -> None:
        """Refuse an event that is too large to be sent.

        Raises:
            RefusalError: ``too-costly``.
        """
        if size > self.reply:
            raise reply_too_large(size, self.reply)

    def _affordable_at_all(self, cost: Estimate) -> None:
        over = [
            f"about {estimate} (the limit is {limit})"
            for estimate, limit, exceeded in (
                (f"{cost.seconds:,.0f} s", f"{self.seconds:,.0f} s", cost.seconds > self.seconds),
                (_megabytes(cost.bytes), _megabytes(self.bytes), cost.bytes > self.bytes),
            )
            if exceeded
        ]
        if over:
            detail = f"This would take {' and '.join(over)}; use {cost.advice}."
            raise RefusalError("too-costly", detail, (), self._facts(cost))

    def _facts(self, cost: Estimate) -> dict[str, object]:
        estimate = {"seconds": round(cost.seconds, 3), "bytes": int(cost.bytes)}
        limit = {"seconds": self.seconds, "bytes": self.bytes}
        return {"cost": estimate, "limit": limit, "advice": cost.advice}


def rate_limited(seconds: float, left: float, retry_after: float = 60.0) -> RefusalError:
    """The refusal of a client that has asked for much already."""
    budget = f"{left:,.1f} s are left to you in this minute"
    detail = f"This would take about {seconds:,.1f} s, and {budget}; wait, or ask for less."
    return RefusalError("rate-limited", detail, (), {"retry_after": max(1, round(retry_after))})


def reply_too_large(size: int, limit: int) -> RefusalError:
    """The refusal of an answer that is too large to be sent."""
    advice = "a smaller resolution, a larger record.every, fewer parameters recorded, or columns in binary"
    detail = f"The answer has a part of {size:,} bytes or more; the limit is {limit:,} bytes. Ask for {advice}."
    return RefusalError("too-costly", detail)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"
