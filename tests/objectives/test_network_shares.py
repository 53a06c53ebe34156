"""Who passes a piece of the examples shows in nothing."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from app.activations.relu import ReLU
from app.activations.tanh import Tanh
from app.core import helpers, standing
from app.core.board import Board
from app.core.threads import allowing
from app.experiments.jobs import JOBS
from app.losses.cross_entropy import CrossEntropy
from app.losses.squared_error import SquaredError
from app.objectives import _network_program, _network_shares
from app.objectives._network_program import repays_sharing, slices
from app.objectives.network import Network
from tests.experiments.wire_bytes import comparable
from tests.objectives.networks import examples, network, parameters

COUNT = 500
NETS: dict[str, Callable[[], Network]] = {
    "two classes": lambda: network(
        examples(COUNT, 3, 2), ((3, Tanh()), (5, ReLU())), CrossEntropy(), residual=1.0, direct=True
    ),
    "five classes": lambda: network(examples(COUNT, 4, 5), ((6, Tanh()),), CrossEntropy()),
    "numbers": lambda: network(examples(COUNT, 3, outputs=2), ((7, ReLU()),), SquaredError(), biases=False),
}
DOUBLE, SINGLE = np.dtype(np.float64), np.dtype(np.float32)


@pytest.fixture(autouse=True)
def pieces(monkeypatch: pytest.MonkeyPatch, unhelped: None) -> None:
    """Many pieces, which small networks share too, with helpers that are waited for."""
    monkeypatch.setattr(standing, "MOMENT", 10.0)
    monkeypatch.setattr(standing, "OWN", 0.0)
    monkeypatch.setattr(_network_program, "SHARED", 0)
    monkeypatch.setattr(_network_program, "SMALL_PRODUCT", 2_000)
    monkeypatch.setattr(_network_program, "FEWEST", 16)


class Patience:
    """Waits for every answer, however late, and counts those that came; ``struck`` is called before each."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, struck: Callable[[], None] = lambda: None) -> None:
        self.answers, is_done = [], Board._is_done

        def waited(board: Board, until: float) -> bool:
            struck()
            latest = time.perf_counter() + 10
            while not (came := is_done(board, latest)) and helped() and time.perf_counter() < latest:
                time.sleep(1e-4)
            self.answers.append(came)
            return came

        monkeypatch.setattr(Board, "_is_done", waited)


def helped() -> bool:
    return all(helper.is_there() for helper in helpers._crew._helpers)


def bytes_of(found: Any) -> list[bytes]:
    return [one.tobytes() for one in found]


@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize("dtype", [DOUBLE, SINGLE], ids=str)
@pytest.mark.parametrize("count", [2, 3, 50])
def test_what_is_found_is_the_same_whoever_looks(
    name: str, dtype: np.dtype[Any], count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    net = NETS[name]()
    assert len(slices(net.architecture, COUNT, dtype)) >= 4
    thetas = parameters(np.random.default_rng(0), 5, net.dim).astype(dtype)
    expected = bytes_of(net.along(thetas))
    patience = Patience(monkeypatch)
    with allowing(count):
        assert bytes_of(net.along(thetas)) == expected
    assert patience.answers == [True] * 5 * min(count - 1, helpers.MOST)


def test_who_helps_sees_the_examples_that_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of a network and of its subsets pass through the same buffers."""
    net = NETS["two classes"]()
    others = [net, net.subset(np.arange(COUNT)[::-1]), net.subset(np.zeros(COUNT, int))]
    thetas = parameters(np.random.default_rng(0), 3, net.dim)
    expected = [bytes_of(one.along(thetas)) for one in others]
    patience = Patience(monkeypatch)
    with allowing(2):
        for _ in range(2):
            assert [bytes_of(one.along(thetas)) for one in others] == expected
    assert patience.answers == [True] * 2 * len(others) * len(thetas)


def test_without_an_answer_one_looks_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    net = NETS["five classes"]()
    thetas = parameters(np.random.default_rng(0), 5, net.dim)
    expected = bytes_of(net.along(thetas))
    monkeypatch.setattr(Board, "answered", lambda *_: False)
    with allowing(2):
        assert bytes_of(net.along(thetas)) == expected


def test_what_does_not_fit_between_two_processes_is_not_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    net = NETS["five classes"]()
    thetas = parameters(np.random.default_rng(0), 2, net.dim)
    expected, patience = bytes_of(net.along(thetas)), Patience(monkeypatch)
    monkeypatch.setattr(_network_shares, "ROOM", 100)
    with allowing(2):
        assert bytes_of(net.along(thetas)) == expected
    assert patience.answers == []


RUN: dict[str, Any] = {
    "objective": {
        "kind": "network",
        "layers": [{"units": 6, "activation": "tanh"}],
        "data": {"kind": "moons", "n": COUNT},
        "regularisers": [{"kind": "l2", "strength": 0.01}],
    },
    "optimisers": [{"kind": "gradient_descent", "learning_rate": 0.5}],
    "steps": 20,
    "record": {"parameters": True},
}


def events(processes: int, budget: float, **changes: Any) -> list[Any]:
    job = JOBS["run"]
    spec, state, done, found = job.spec.model_validate(RUN | changes), None, False, []
    with allowing(processes):
        while not done:
            state, some, done = job.advance(spec, state, budget)
            found += some
    return comparable(found)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"optimisers": [{"kind": "adam"}], "precision": "float32"},
        {"optimisers": [{"kind": "adam"}], "batch_size": 100},
        {"record": {"every": 7, "scope": "batch"}, "batch_size": 100},
    ],
    ids=["descent", "single", "batches", "own"],
)
@pytest.mark.parametrize("processes", [2, 3])
def test_a_run_is_the_same_to_the_byte_whoever_helps_and_however_it_is_sliced(
    changes: dict[str, Any], processes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = events(1, 10.0, **changes)
    patience = Patience(monkeypatch)
    assert events(processes, 0.0, **changes) == alone
    assert patience.answers and all(patience.answers)


def test_racers_in_turn_are_helped_by_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    changes = {"optimisers": [{"kind": "adam"}, {"kind": "gradient_descent"}, {"kind": "adam", "learning_rate": 0.1}]}
    alone, patience = events(1, 10.0, **changes), Patience(monkeypatch)
    assert events(2, 0.0, **changes) == alone
    assert patience.answers == [True] * 3 * 21 and len(helpers._crew._helpers) == 1


@pytest.mark.parametrize("number", [1, 9, 20])
def test_a_run_whose_helper_is_killed_goes_on_as_if_nothing_were(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    alone, asked = events(1, 10.0), []

    def strike() -> None:
        asked.append(1)
        if len(asked) == number:
            os.kill(helpers._crew._helpers[0]._pid, signal.SIGKILL)

    patience = Patience(monkeypatch, strike)
    assert events(2, 10.0) == alone
    assert len(asked) == 21 or not all(patience.answers)


@pytest.mark.parametrize("kind", ["gradient_descent", "adam"])
def test_a_run_diverges_in_the_same_way_and_without_warnings(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    objective = RUN["objective"] | {
        "layers": [{"units": 6, "activation": "relu"}],
        "data": {
            "kind": "table",
            "inputs": [[i / 7, i / 3] for i in range(COUNT)],
            "targets": list(range(COUNT)),
            "task": "regression",
        },
    }
    changes = {"objective": objective, "optimisers": [{"kind": kind, "learning_rate": 1e6}]}
    alone = events(1, 10.0, **changes)
    assert "diverged" in [event["kind"] for event in alone]
    patience = Patience(monkeypatch)
    assert events(2, 10.0, **changes) == alone
    assert any(patience.answers)


def test_only_what_takes_long_is_cut_for_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    digits = network(examples(7, 64, 10), ((32, Tanh()),), CrossEntropy()).architecture
    small = network(examples(7, 2, 2), ((8, Tanh()),), CrossEntropy()).architecture
    wide = network(examples(7, 64, 10), ((512, Tanh()),), CrossEntropy()).architecture
    for net, count, dtype, pieces in (
        (digits, 1797, SINGLE, 4),
        (digits, 1000, DOUBLE, 4),
        (digits, 64, DOUBLE, 1),
        (small, 500, DOUBLE, 1),
        (small, 5_000, DOUBLE, 2),
        (wide, 5000, SINGLE, 2),
    ):
        assert len(slices(net, count, dtype)) == pieces
        assert repays_sharing(net, count, dtype) == (pieces > 1)
