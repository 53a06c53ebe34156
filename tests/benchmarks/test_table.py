"""What the tables say follows from the readings."""

from __future__ import annotations

import pytest

from benchmarks.__main__ import all_rows, options
from benchmarks.contender import OURS, contender, contenders
from benchmarks.document import DOCUMENT, markers, replaced
from benchmarks.measure import Reading
from benchmarks.row import Case, Goal, Measured
from benchmarks.table import section, verdict

RATES = {"float64": 1e9, "float32": 2e9}
OUR_READING = Reading((0.010, 0.012, 0.011), first=0.020, cold=0.5)
THEIRS = Reading((0.033, 0.030, 0.040), first=1.1, cold=2.0, error=3e-9)


@pytest.mark.parametrize(
    ("goal", "reached", "met"),
    [
        (Goal("jax_jit", 3.0), 3.0, True),
        (Goal("jax_jit", 3.1), 3.0, False),
        (Goal("jax_jit", 20, "first"), 100.0, True),
        (Goal("jax_jit", 5, "cold"), 4.0, False),
    ],
)
def test_a_goal_compares_their_time_with_ours(goal: Goal, reached: float, met: bool) -> None:
    found = verdict(goal, {OURS: OUR_READING, "jax_jit": THEIRS})
    assert found.reached == pytest.approx(reached) and found.met is met


@pytest.mark.parametrize("readings", [{OURS: OUR_READING}, {OURS: Reading(failure="x"), "jax_jit": THEIRS}])
def test_a_goal_that_could_not_be_measured_is_not_met(readings: dict[str, Reading]) -> None:
    found = verdict(Goal("jax_jit", 0.1), readings)
    assert not found.met and str(found) == "≥ 0.1: not measured"


def table(**peers: Reading) -> str:
    """The table of one case."""
    case = Case("a case", "hessian", None, 1e-9, (Goal("jax_jit", 2.0),), flops=5.5e6)
    return section([Measured(case, {OURS: OUR_READING, **peers})], RATES)


def test_a_line_tells_median_spread_ratio_goal_first_call_and_error() -> None:
    line = table(jax_jit=THEIRS).splitlines()[3]
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    assert cells[1:] == ["JAX jit", "33.0", "30.0–40.0", "3.00", "≥ 2: met (3)", "1,100", "2.00", "nan", "17%", "3e-09"]


def test_our_line_comes_first_with_its_share_of_the_matrix_products() -> None:
    line = table(jax_jit=THEIRS).splitlines()[2]
    assert "**Thalweg**" in line and "| 11.0 |" in line and "| 50% |" in line


def test_a_contender_that_failed_is_named_with_the_reason() -> None:
    line = table(jax_jit=Reading(failure="ModuleNotFoundError: No module named 'jax'")).splitlines()[3]
    assert "JAX jit" in line and "not measured: ModuleNotFoundError: No module named 'jax'" in line
    assert "≥ 2: not measured" in line


def test_goals_are_counted_and_whoever_is_faster_is_named() -> None:
    text = table(jax_jit=THEIRS, torch_func=Reading((0.001,)), curvlinops=Reading(failure="gone"))
    assert text.endswith("1 of 1 goals met. Faster than ours, warm: torch.func at a case (11.0 times).")
    assert table(jax_jit=Reading(failure="gone")).endswith("0 of 1 goals met. Faster than ours, warm: nobody.")


def test_every_line_has_as_many_cells_as_the_head() -> None:
    lines = table(jax_jit=THEIRS, torch_func=Reading(failure="a|b")).split("\n\n")[0].splitlines()
    widths = {line.count("|") for line in lines}
    assert len(widths) == 1


def test_goals_and_rows_name_contenders_that_exist() -> None:
    assert OURS in contenders("surface")
    for name in contenders("hessian"):
        assert contender(name).title and contender(name).packages


def test_writing_replaces_one_part_and_keeps_the_rest() -> None:
    begin, end = markers("a")
    text = f"before\n{begin}\nold\n{end}\nafter \\1\n"
    assert replaced(text, "a", r"new \1") == f"before\n{begin}\nnew \\1\n{end}\nafter \\1\n"


def test_a_part_without_markers_is_an_error_that_says_what_to_add() -> None:
    with pytest.raises(ValueError, match="add the lines <!-- measured: z -->"):
        replaced("text", "z", "new")


def test_the_document_has_a_place_for_every_row_and_the_machine() -> None:
    text = DOCUMENT.read_text()
    missing = [name for name in (*all_rows(), "machine") if not all(marker in text for marker in markers(name))]
    assert missing == []


def test_rows_are_chosen_by_letter_and_unknown_ones_refused() -> None:
    assert options(["--rows", "d,a", "--quick"], ["a", "d"]).rows == "d,a"
    with pytest.raises(SystemExit):
        options(["--rows", "q"], ["a", "d"])
    with pytest.raises(SystemExit):
        options(["--quick", "--write"], ["a", "d"])
