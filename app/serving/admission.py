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
    """The largest computation that is let in."""

    seconds: float
    bytes: int

    def admit(self, cost: Estimate) -> None:
        """Refuse a computation whose estimated cost is over a limit.

        Raises:
            RefusalError: ``too-costly``, with the estimate, the limit and what to reduce.
        """
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
        return {"cost": estimate, "limit": self._asdict(), "advice": cost.advice}


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"
