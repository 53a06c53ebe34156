"""The benchmark's arithmetic, with contenders that are fakes: nothing here needs a peer or a quiet machine."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from benchmarks.cases import Answer
from benchmarks.measure import Judge, Reading, agreed, interleaved, relative
from benchmarks.spectra import l1_error
from benchmarks.worker import FailedError, First


class Fake:
    """A contender that answers at once and says how long it took."""

    def __init__(self, name: str, answer: Answer, seconds: list[float], log: list[str]) -> None:
        self.name, self.answer, self.seconds, self.log = name, answer, iter(seconds), log

    def first(self, work: str, case: Any) -> First:
        return First(9.0, self.answer, 12.0)

    def again(self) -> float:
        self.log.append(self.name)
        return next(self.seconds)


ONES = {"loss": np.ones((3, 4))}
CLOSE = Judge(relative, 1e-6)


def test_an_answer_that_agrees_is_read_with_its_distance() -> None:
    runner = Fake("one", {"loss": np.ones((3, 4)) * (1 + 1e-8)}, [], [])
    reading, _ = agreed(runner, "surface", None, CLOSE, ONES)
    assert reading.error == pytest.approx(1e-8) and (reading.first, reading.peak) == (9.0, 12.0)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"loss": np.ones((3, 4)) * 1.1}, r"disagrees: 1\.0e-01 away, tolerance 1e-06"),
        ({"loss": np.ones((4, 3))}, r"shape \(4, 3\) and ours \(3, 4\)"),
        ({"loss": np.full((3, 4), np.nan)}, "100% of loss is missing"),
        ({"loss": np.full((3, 4), np.inf)}, "disagrees"),
        ({"other": np.ones(3)}, "nothing in common"),
    ],
)
def test_an_answer_that_disagrees_fails_its_contender_with_the_reason(answer: Answer, reason: str) -> None:
    with pytest.raises(FailedError, match=reason):
        agreed(Fake("one", answer, [], []), "surface", None, CLOSE, ONES)


def test_the_worst_of_all_shared_arrays_is_the_distance() -> None:
    ours = {"loss": np.array([1.0, 2.0]), "final": np.array([4.0])}
    assert relative({"final": np.array([5.0]), "loss": np.array([1.0, 2.0]), "more": np.array([0.0])}, ours) == 0.25


def test_cells_that_were_not_evaluated_do_not_count_unless_they_are_many() -> None:
    some = np.ones(40)
    some[0] = np.nan
    assert relative({"loss": some}, {"loss": np.ones(40)}) == 0
    some[:4] = np.nan
    with pytest.raises(FailedError, match="10% of loss is missing"):
        relative({"loss": some}, {"loss": np.ones(40)})


def test_every_contender_has_one_turn_a_round_and_the_order_turns() -> None:
    log: list[str] = []
    runners = {name: Fake(name, {}, [1.0, 2.0, 9.0], log) for name in "abc"}
    taken = interleaved(runners, budget=60.0, least=1, most=3)
    assert taken == {name: [1.0, 2.0, 9.0] for name in "abc"}
    assert "".join(log) == "abcbcacab"


def test_rounds_end_at_the_most() -> None:
    taken = interleaved({"a": Fake("a", {}, [1.0] * 9, [])}, budget=60.0, least=1, most=4)
    assert taken == {"a": [1.0] * 4}


def test_the_median_of_the_rounds_is_told_and_nothing_where_there_were_none() -> None:
    assert Reading((3.0, 1.0, 100.0)).median == 3.0
    assert np.isnan(Reading().median)


def test_slow_contenders_have_two_rounds_however_late_it_is() -> None:
    assert interleaved({"a": Fake("a", {}, [1.0] * 9, [])}, budget=0.0, least=5, most=9) == {"a": [1.0, 1.0]}


def test_a_density_that_is_the_exact_one_has_no_error_and_one_that_is_elsewhere_is_all_wrong() -> None:
    exact = {"eigenvalues": np.array([0.0, 1.0, 1.0, 10.0])}
    right = {"nodes": np.array([[0.0, 1.0, 10.0]]), "weights": np.array([[0.25, 0.5, 0.25]])}
    assert l1_error(right, exact) == pytest.approx(0.0, abs=1e-12)
    assert l1_error({**right, "nodes": np.array([[4.0, 5.0, 6.0]])}, exact) == pytest.approx(2.0, rel=0.02)
