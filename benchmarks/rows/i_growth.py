"""How our time grows with the grid, the parameters, the data and the depth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any, NamedTuple

import numpy as np

from benchmarks.cases import Surface, Training
from benchmarks.contender import OURS
from benchmarks.growth import Curve, figure
from benchmarks.problems import DIGITS, MOONS_500, directions, problem
from benchmarks.row import Session
from benchmarks.table import three_digits
from benchmarks.worker import Worker

STEPS = 100
PICTURE = "benchmark-growth.svg"
Point = tuple[float, str, Any]
"""Size, work, task."""


def _grids() -> list[Point]:
    net = problem(MOONS_500, (16, 16), "float32")
    x, y = directions(net.theta.size).astype(np.float32)
    return [(side**2, "surface", Surface(net, x, y, np.linspace(-1, 1, side))) for side in (35, 71, 143, 285)]


def _trainings(nets: Sequence[tuple[float, Mapping[str, Any], tuple[int, ...]]]) -> list[Point]:
    return [
        (size, "training", Training(problem(dict(data), hidden, "float64"), "gradient_descent", 0.05, STEPS, None))
        for size, data, hidden in nets
    ]


def _axes() -> dict[tuple[str, str], list[Point]]:
    """(title, unit) → points."""
    data = [(float(n), MOONS_500 | {"n": n}, (16, 16)) for n in (125, 500, 2_000, 8_000)]
    wide = [(75.0 * units + 10, DIGITS, (units,)) for units in (8, 32, 128, 512)]
    deep = [(float(layers), MOONS_500, (16,) * layers) for layers in (1, 2, 4, 8, 16)]
    return {
        ("Grid", "points of a surface, 2-16-16-1 on 500 examples"): _grids(),
        ("Parameters", f"parameters, {STEPS} steps, 64-h-10 on the digits"): _trainings(wide),
        ("Data", f"examples, {STEPS} steps, 2-16-16-1"): _trainings(data),
        ("Depth", f"hidden layers of 16, {STEPS} steps, 500 examples"): _trainings(deep),
    }


def _seconds(worker: Worker, work: str, task: Any, rounds: int) -> float:
    worker.first(work, task)
    return median(worker.again() for _ in range(rounds))


class GrowthRow(NamedTuple):
    """Ours alone."""

    letter: str = "i"
    title: str = "How our time grows"

    def run(self, session: Session) -> str:
        """A table of slopes; the picture beside the document where that is written."""
        worker, curves = Worker(OURS, session.threads), []
        try:
            for (title, unit), points in _axes().items():
                session.say(title)
                some = points[: 3 if session.quick else None]
                seconds = [_seconds(worker, work, task, 1 if session.quick else 3) for _, work, task in some]
                curves.append(Curve(title, unit, tuple(size for size, _, _ in some), tuple(seconds)))
        finally:
            worker.close()
        if session.folder is not None:
            (session.folder / PICTURE).write_text(figure(curves))
        return f"![Time against size, doubly logarithmic]({PICTURE})\n\n{_table(curves)}"


def _table(curves: list[Curve]) -> str:
    lines = [
        f"| {curve.title} | {curve.unit} | {', '.join(f'{size:,.0f}' for size in curve.sizes)} "
        f"| {', '.join(three_digits(1e3 * s) for s in curve.seconds)} | {curve.slope:.2f} | {curve.last_slope:.2f} |"
        for curve in curves
    ]
    head = "| axis | what | sizes | median, ms | slope | between the last two |\n|---|---|---|---|--:|--:|"
    return "\n".join([head, *lines])


ROW = GrowthRow()
