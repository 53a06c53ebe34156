"""Errors a client can act on: each names the value, the limit and the remedy."""

from __future__ import annotations


class SpecError(ValueError):
    """A spec that is well formed but cannot be carried out.

    Args:
        message: the value, the limit and the remedy, in one sentence.
        pointer: JSON pointer (RFC 6901) to the offending field, relative to the spec that raises it.
        position: character offset inside a text field, where one place in the text is to blame.
    """

    def __init__(self, message: str, pointer: str = "", position: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.pointer = pointer
        self.position = position

    def under(self, prefix: str) -> SpecError:
        """The same error seen from the spec that holds this one at ``prefix`` (e.g. ``/objective``)."""
        return type(self)(self.message, prefix + self.pointer, self.position)

    def __reduce__(self) -> tuple[type[SpecError], tuple[str, str, int | None]]:
        return SpecError, (self.message, self.pointer, self.position)


class BudgetError(SpecError):
    """A spec whose cost is over a limit; the message says how much it would cost and what to reduce."""

    def __reduce__(self) -> tuple[type[SpecError], tuple[str, str, int | None]]:
        return BudgetError, (self.message, self.pointer, self.position)
