"""Numbers on their way to the page: what it costs to write them, and how long they are."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from benchmarks.cases import Encoding
from benchmarks.contender import OURS, contender
from benchmarks.row import Case, Goal, Session, measured
from benchmarks.table import section

FEWER = 3.0
"""How many times fewer bytes than JSON we mean to send."""


def _cases() -> list[Case]:
    rng = np.random.default_rng(0)
    grid = Encoding("landscape", {"loss": rng.standard_normal((101, 101)).astype(np.float32)})
    names = ("loss", "gradient_norm", "learning_rate", "batch_loss", "slice_loss", "captured")
    steps = Encoding("frames", {name: rng.standard_normal(1_000).astype(np.float32) for name in names})
    goals = (Goal("json_text", 100),)
    works = (("a grid of 101 × 101", grid), ("1,000 steps of six columns", steps))
    return [Case(label, "encoding", task, 0.0, goals) for label, task in works]


class EncodingRow(NamedTuple):
    """Times side by side, and bytes."""

    letter: str = "h"
    title: str = "From arrays to bytes"

    def run(self, session: Session) -> str:
        """The table and the sizes."""
        found = measured(_cases(), session)
        return "\n\n".join([section(found, session.rates), *(_sizes(row.case, list(row.readings)) for row in found)])


def _sizes(case: Case, names: list[str]) -> str:
    sizes = {name: len(contender(name).encoding(case.task).run()) for name in names}  # type: ignore[attr-defined]
    ratio = sizes["json_text"] / sizes[OURS]
    told = ", ".join(f"{contender(name).title} {size:,} bytes" for name, size in sizes.items())
    met = "met" if ratio >= FEWER else "MISSED"
    return f"Sent of {case.label}: {told}; {ratio:.1f} times fewer than json, goal ≥ {FEWER:g}: {met}."


ROW = EncodingRow()
