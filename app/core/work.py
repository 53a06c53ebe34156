"""Computations that can be interrupted: a state that can be pickled, and pieces that lead from one to the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol, TypeVar

State = TypeVar("State")
Result = TypeVar("Result", covariant=True)


class Work(Protocol[State, Result]):
    """A computation in pieces of some tens of milliseconds, wherever they can be cut.

    Where it is interrupted never shows in the result. A piece may write into arrays that its state owns; repeating it
    on the same state gives the same.
    """

    def begin(self) -> State:
        """The state before the first piece."""
        ...

    def advance(self, state: State) -> State:
        """One piece further."""
        ...

    def result(self, state: State) -> Result | None:
        """What was found; None until the last piece is done."""
        ...


def complete(work: Work[State, Result]) -> Result:
    """All pieces at once."""
    state = work.begin()
    while (found := work.result(state)) is None:
        state = work.advance(state)
    return found


class Once(NamedTuple):
    """A computation that is one piece."""

    function: Callable[[], Any]

    def begin(self) -> tuple[Any, ...]:
        """Nothing."""
        return ()

    def advance(self, state: tuple[Any, ...]) -> tuple[Any, ...]:
        """All of it."""
        return (self.function(),)

    def result(self, state: tuple[Any, ...]) -> Any:
        """What the function gave."""
        return state[0] if state else None
