"""The first row that cannot be shown is found, whatever gave it away, and nothing else is."""

from __future__ import annotations

import numpy as np
import pytest

from app.core.interfaces import State
from app.experiments.race import Racer
from app.experiments.runaway import RUNAWAY_DISTANCE, RUNAWAY_LOSS, first_bad

ROWS, DIM = 7, 5


def racer(scale: tuple[float, float] = (2.0, 3.0)) -> Racer:
    theta = np.zeros(DIM)
    return Racer(State(theta, (), 0), scale, (np.inf, 0, theta), (np.nan, np.nan, theta), None)


def rows() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.standard_normal((ROWS, DIM)), rng.standard_normal(ROWS), rng.random(ROWS)


@pytest.mark.parametrize("row", [0, 3, ROWS - 1])
@pytest.mark.parametrize(
    ("what", "column", "value"),
    [
        ("parameters", 0, np.nan),
        ("parameters", 0, -np.inf),
        ("distance", 0, -2.01 * RUNAWAY_DISTANCE),
        ("loss", 1, np.nan),
        ("loss", 1, np.inf),
        ("size of the loss", 1, -3.01 * RUNAWAY_LOSS),
        ("gradient", 2, np.inf),
        ("gradient", 2, np.nan),
    ],
)
def test_trouble_is_named_where_it_begins(row: int, what: str, column: int, value: float) -> None:
    columns = rows()
    columns[column][row, ...] = value
    columns[column][min(row + 1, ROWS - 1), ...] = value
    assert first_bad(*columns, racer()) == (row, what)


@pytest.mark.parametrize("largest", [0.0, 1.0, 1.99 * RUNAWAY_DISTANCE])
def test_what_is_far_but_within_the_limit_is_shown(largest: float) -> None:
    theta, loss, norm = rows()
    theta[3] = largest  # its length exceeds the limit that holds for each of its parts
    loss[4] = -2.99 * RUNAWAY_LOSS
    assert first_bad(theta, loss, norm, racer()) is None


def test_a_start_without_a_finite_loss_is_bad_itself() -> None:
    theta, loss, norm = rows()
    loss[0] = np.nan
    assert first_bad(theta, loss, norm, racer((1.0, np.nan))) == (0, "loss")
