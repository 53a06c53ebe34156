"""Numbers on their way to the page: what it costs to write them, and how long they are."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from benchmarks.cases import Encoding
from benchmarks.contender import OURS, contender
from benchmarks.peers._thalweg import collected, complete, parsed, plain
from benchmarks.row import Case, Goal, Measured, Session, measured
from benchmarks.table import section

FEWER = 3.0
"""How many times fewer bytes than JSON we mean to send."""
STEPS = 1_000
COLUMNS = ("step", "position", "loss", "gradient_norm", "learning_rate", "gradient")


def _grid() -> Encoding:
    """A landscape of Himmelblau's function."""
    spec = parsed("landscape", objective={"kind": "himmelblau"}, resolution=[101, 101])
    found = collected("landscape", complete("landscape", spec))
    return Encoding("landscape", {"loss": plain(found["loss"]).astype(np.float32)})


def _steps() -> Encoding:
    """Everything that the run job tells of descent on Rosenbrock's function."""
    optimiser = {"kind": "gradient_descent", "learning_rate": 1e-3}
    spec = parsed("run", objective={"kind": "rosenbrock"}, optimisers=[optimiser], steps=STEPS)
    run = collected("run", complete("run", spec))["runs"][0]
    return Encoding("frames", {name: np.ascontiguousarray(plain(run[name])[:STEPS]) for name in COLUMNS})


def _cases() -> list[Case]:
    works = (("a grid of 101 × 101", _grid()), (f"{STEPS:,} steps of six columns", _steps()))
    return [Case(label, "encoding", task, 1e-7, (Goal("json_text", 100),)) for label, task in works]


class EncodingRow(NamedTuple):
    """Times side by side, and bytes."""

    letter: str = "h"
    title: str = "From arrays to bytes"

    def run(self, session: Session) -> str:
        """The table and the sizes."""
        found = measured(_cases(), session)
        return "\n\n".join([section(found, session.rates), *(_sizes(row) for row in found)])


def _sizes(row: Measured) -> str:
    able = [contender(name) for name, reading in row.readings.items() if reading.failure is None]
    sizes = {one.title: len(getattr(one, row.case.work)(row.case.task).run()) for one in able}
    ratio = sizes[contender("json_text").title] / sizes[contender(OURS).title]
    told = ", ".join(f"{title} {size:,} bytes" for title, size in sizes.items())
    met = "met" if ratio >= FEWER else "MISSED"
    return f"Sent of {row.case.label}: {told}; {ratio:.1f} times fewer than json, goal ≥ {FEWER:g}: {met}."


ROW = EncodingRow()
