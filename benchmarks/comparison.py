"""A row that is a table of contenders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from benchmarks.row import Case, Session, measured
from benchmarks.table import section


class Comparison(NamedTuple):
    """Cases side by side.

    Attributes:
        letter: how the row is asked for.
        title: of its section.
        cases: what is measured; fewer where quick.
    """

    letter: str
    title: str
    cases: Callable[[bool], Sequence[Case]]

    def run(self, session: Session) -> str:
        """The table."""
        return section(measured(self.cases(session.quick), session), session.rates)
