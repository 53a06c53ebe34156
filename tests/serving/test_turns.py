"""Turns at the workers: a crowd begins soon, nobody starves, nothing is lost by those who leave."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from app.serving.turns import AHEAD, CROWD, LOOKAHEAD, Turns

AT_ONCE = 1 + LOOKAHEAD


class Queue:
    """Askers with names, and the order in which they got their turns."""

    def __init__(self) -> None:
        self.turns, self.order = Turns(1), list[str]()
        self.asking: dict[str, asyncio.Task[None]] = {}

    def ask(self, name: str, *, begins: bool) -> None:
        self.asking[name] = asyncio.create_task(self._take(name, begins))

    async def _take(self, name: str, begins: bool) -> None:
        await self.turns.take(begins=begins)
        self.order.append(name)


async def settled() -> None:
    """Everything that can happen has happened."""
    for _ in range(3):
        await asyncio.sleep(0)


def in_loop(scenario: Callable[[Queue], Coroutine[Any, Any, Any]]) -> Any:
    async def main() -> Any:
        return await scenario(Queue())

    return asyncio.run(main())


async def ask_all(queue: Queue, kinds: str) -> None:
    """``b`` begins, ``o`` goes on; names are the kind and the place in line."""
    for place, kind in enumerate(kinds):
        queue.ask(f"{kind}{place}", begins=kind == "b")
    await settled()


async def drain(queue: Queue, turns: int) -> None:
    for _ in range(turns):
        queue.turns.give_back()
        await settled()


def test_those_who_go_on_have_a_turn_more_than_workers_and_are_served_in_order() -> None:
    async def scenario(queue: Queue) -> None:
        await ask_all(queue, "o" * 6)
        assert queue.order == ["o0", "o1"][:AT_ONCE]
        await drain(queue, 4)
        assert queue.order == [f"o{place}" for place in range(6)]

    in_loop(scenario)


def test_a_crowd_that_begins_is_handed_out_ahead() -> None:
    async def scenario(queue: Queue) -> int:
        await ask_all(queue, "b" * (AT_ONCE + CROWD + 5))
        return len(queue.order)

    assert in_loop(scenario) == AT_ONCE + CROWD


def test_whoever_begins_passes_those_who_go_on_and_no_more_than_so_many_in_a_row() -> None:
    async def scenario(queue: Queue) -> str:
        await ask_all(queue, "b" * (AT_ONCE + CROWD))
        await ask_all(queue, "o" * 3 + "b" * 40)
        await drain(queue, 43)
        return "".join(name[0] for name in queue.order[AT_ONCE + CROWD :])

    row = "o" + "b" * AHEAD
    assert in_loop(scenario) == 3 * row + "b" * (40 - 3 * AHEAD)


def test_after_a_crowd_turns_are_as_few_as_before() -> None:
    async def scenario(queue: Queue) -> list[str]:
        await ask_all(queue, "b" * 10)
        await ask_all(queue, "ooo")
        await drain(queue, 10 - AT_ONCE)
        assert len(queue.order) == 10
        await drain(queue, 1)
        return queue.order[10:]

    assert in_loop(scenario) == ["o0"]


@pytest.mark.parametrize("kind", ["b", "o"])
@pytest.mark.parametrize("late", [False, True], ids=["while waiting", "as the turn was given"])
def test_whoever_leaves_takes_no_turn_along(kind: str, late: bool) -> None:
    async def scenario(queue: Queue) -> list[str]:
        await ask_all(queue, "b" * (AT_ONCE + CROWD) if kind == "b" else "o" * AT_ONCE)
        queue.ask("leaving", begins=kind == "b")
        queue.ask("next", begins=kind == "b")
        await settled()
        if late:
            queue.turns.give_back()
        queue.asking["leaving"].cancel()
        await settled()
        if not late:
            await drain(queue, 1)
        return queue.order[-1:]

    assert in_loop(scenario) == ["next"]
