"""Both passes at one θ after another, of whose pieces other processes take their share.

Who passes a piece shows in nothing: each leaves what it finds of its own, and that is added up in the pieces' order.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from app.core.board import ROOM, Board
from app.core.calls import Call, carry_out
from app.core.helpers import MOST, standing_by
from app.core.interfaces import Array
from app.core.memory import Layout
from app.core.threads import allowed
from app.losses._base import Criterion
from app.objectives._network_architecture import Architecture
from app.objectives._network_piece import Left, Seen, pieces_of
from app.objectives._network_program import Program

PATIENCE = 1.0
"""How many times as long as their own share took others may take for theirs, before it is done without them."""


class Share:
    """The pieces that another process passes, ``seen`` as the mean is over ``count`` examples."""

    def __init__(self, net: Architecture, criterion: Criterion, count: int, seen: Sequence[Seen]) -> None:
        self._net, self._criterion, self._count, self._seen = net, criterion, count, seen
        left = [shape for some in seen for shape in Left.shapes(net, criterion, some.examples)]
        self._laid = Layout(seen[0].columns.dtype, (net.dim,), *left)

    @property
    def bytes(self) -> int:
        """Of θ, and of what is left of each piece."""
        return self._laid.size() * self._laid.dtype.itemsize

    def views(self, room: Array) -> tuple[Array, list[Left]]:
        """These in bytes that both sides see."""
        laid = self._laid
        whole = np.ndarray((laid.size(),), laid.dtype, room)
        theta, *left = laid.views(whole)
        return theta, [Left(*left[at : at + 3]) for at in range(0, len(left), 3)]

    def calls(self, room: Array) -> list[Call]:
        """From θ there to what is left there."""
        theta, left = self.views(room)
        pieces = pieces_of(self._net, theta, self._seen, left)
        return [call for piece in pieces for call in (*piece.calls(self._criterion, self._count), *piece.norms())]


class _Other(NamedTuple):
    """Another process, as seen from here.

    Attributes:
        board: where it is asked.
        theta: what it is to know.
        gathered: what fetches its share.
        alone: what does without it.
    """

    board: Board
    theta: Array
    gathered: list[Call]
    alone: list[Call]


class Together:
    """Both passes of a program, ‖δ‖² of each layer too, by this process and those who help.

    Attributes:
        whole: what this process does alone.
    """

    def __init__(self, net: Architecture, criterion: Criterion, count: int, program: Program) -> None:
        self._net, self._criterion, self._count, self._program = net, criterion, count, program
        self.whole = _joined(program.watched)
        self._own, self._others = self.whole, list[_Other]()
        self._shares, self._known = dict[int, list[Share]](), list[_Other]()

    def go(self) -> None:
        """At the program's θ."""
        theta, others, begun = self._program.theta, self._others, time.perf_counter()
        for other in others:
            np.copyto(other.theta, theta)
            other.board.ask()
        carry_out(self._own)
        now = time.perf_counter()
        for other in others:
            done = other.board.answered(now + PATIENCE * (now - begun))
            carry_out(other.gathered if done else other.alone)

    def forget(self) -> None:
        """The examples are others now."""
        self._shares.clear()

    @contextmanager
    def helped(self) -> Iterator[int]:
        """Inside, processes that somebody allowed take their share, as many as this gives; examples stay the same."""
        bounds = _bounds(len(self._program.pieces), min(allowed(), MOST + 1))
        shares = self._shares_of(bounds) if len(bounds) > 2 else []
        if not shares or any(share.bytes > ROOM for share in shares):
            yield 1
            return
        with standing_by(shares) as boards:
            self._divide(bounds, shares, boards)
            try:
                yield len(boards) + 1
            finally:
                self._own, self._others = self.whole, []

    def _shares_of(self, bounds: list[int]) -> list[Share]:
        """Kept, since who helps keeps them too."""
        count = len(bounds)
        if count not in self._shares:
            of, seen = (self._net, self._criterion, self._count), self._program.seen
            self._shares[count] = [Share(*of, seen[first:stop]) for first, stop in pairwise(bounds[1:])]
        return self._shares[count]

    def _divide(self, bounds: list[int], shares: list[Share], boards: list[Board]) -> None:
        """Leave to others what they are there for."""
        if not boards:
            return
        if boards != [other.board for other in self._known]:
            asked = zip(shares, boards, pairwise(bounds[1:]), strict=True)
            self._known = [self._other(*one) for one in asked]
        self._own, self._others = _joined(self._program.watched[: bounds[1]]), self._known

    def _other(self, share: Share, board: Board, some: tuple[int, int]) -> _Other:
        program, pieces = self._program, slice(*some)
        theta, left = share.views(board.room)
        gathered = list[Call]()
        for one, parts in zip(left, program.parts[pieces], strict=True):
            gradients, squares = program.added(one)
            gathered += [*gradients, *squares, (np.copyto, (parts, one.parts))]
        return _Other(board, theta, gathered, _joined(program.watched[pieces]))


def _joined(pieces: Sequence[Sequence[Call]]) -> list[Call]:
    return [call for piece in pieces for call in piece]


def _bounds(pieces: int, processes: int) -> list[int]:
    """Where the shares of so many processes begin, and the last one ends; the first ones are the larger."""
    count = min(pieces, processes)
    return [-(-pieces * k // count) for k in range(count + 1)]
