"""People's own numbers: taken as given, or refused with the row, the limit and the remedy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.core.errors import SpecError
from app.datasets.table import Table

GOOD: dict[str, Any] = {"task": "regression", "inputs": [[1, 2], [3, 4], [5, 6]], "targets": [0, 1, 2]}


def table(**fields: Any) -> Table:
    return Table.model_validate({"kind": "table", **GOOD, **fields})


def labelled(*labels: Any) -> Table:
    return table(task="classification", targets=labels, inputs=[[i] for i in range(len(labels))])


numbers = st.floats(-1e300, 1e300)


@given(st.integers(1, 5).flatmap(lambda k: st.lists(st.tuples(*[numbers] * k), min_size=1, max_size=9)))
def test_numbers_are_taken_as_given(rows: list[tuple[float, ...]]) -> None:
    data = table(inputs=rows, targets=[row[0] for row in rows]).load()
    assert data.inputs.tolist() == [list(row) for row in rows]
    assert data.targets.tolist() == [[row[0]] for row in rows]
    assert len(data.test_inputs) == 0 and data.task == "regression"


def test_targets_may_be_vectors() -> None:
    data = table(targets=[[0, 1], [2, 3], [4, 5]]).load()
    assert data.targets.tolist() == [[0, 1], [2, 3], [4, 5]] and data.target_names == ("y₁", "y₂")


@pytest.mark.parametrize(
    ("labels", "indices", "names"),
    [
        ((7, -1, 7, 10), [1, 0, 1, 2], ("-1", "7", "10")),
        ((2.0, 1, 2), [1, 0, 1], ("1", "2")),
        (("b", "a", "b\x00", "b"), [1, 0, 2, 1], ("a", "b", "b\x00")),
        (("10", "9"), [0, 1], ("10", "9")),
    ],
    ids=str,
)
def test_classes_are_the_distinct_labels_in_sorted_order(
    labels: tuple[Any, ...], indices: list[int], names: tuple[str, ...]
) -> None:
    data = labelled(*labels).load()
    assert (data.targets.tolist(), data.target_names, data.classes) == (indices, names, len(names))


def test_whole_labels_are_one_spec_however_they_are_written() -> None:
    assert labelled(1.0, 2.0).model_dump_json() == labelled(1, 2).model_dump_json()


def test_names_label_the_columns() -> None:
    assert table(feature_names=["length", "width"]).load().feature_names == ("length", "width")
    assert table().load().feature_names == ("x₁", "x₂")


def test_standardising_gives_z_scores_and_centres_a_constant_column() -> None:
    data = table(inputs=[[1, 0.1], [2, 0.1], [3, 0.1]], standardise=True).load()
    np.testing.assert_allclose(data.inputs[:, 0], np.array([-1, 0, 1]) * np.sqrt(1.5))
    assert not data.inputs[:, 1].any()
    assert data.targets.tolist() == [[0], [1], [2]]


@pytest.mark.parametrize("size", [1e-310, 1e-200, 1e200, 1.7e308])
def test_standardising_neither_over_nor_underflows(size: float) -> None:
    data = table(inputs=[[-size, 1], [0, 2], [size, 4]], standardise=True).load()
    np.testing.assert_allclose(data.inputs[:, 0], np.array([-1, 0, 1]) * np.sqrt(1.5), rtol=1e-9)


def test_targets_are_standardised_only_when_asked() -> None:
    data = table(standardise_targets=True).load()
    np.testing.assert_allclose(data.targets[:, 0], np.array([-1, 0, 1]) * np.sqrt(1.5))
    assert data.inputs.tolist() == GOOD["inputs"]


def test_rows_are_held_out_by_seed_and_class() -> None:
    labels = ["a", "b"] * 20
    inputs = [[i] for i in range(40)]
    first, again, other = (
        table(task="classification", inputs=inputs, targets=labels, held_out=0.25, seed=seed).load()
        for seed in (0, 0, 1)
    )
    assert np.bincount(first.test_targets).tolist() == [5, 5] and len(first.inputs) == 30
    together = np.concatenate([first.inputs, first.test_inputs])[:, 0]
    assert sorted(together) == list(range(40))
    assert first.test_inputs.tolist() == again.test_inputs.tolist() != other.test_inputs.tolist()


def test_a_held_out_row_beyond_all_measure_is_refused_by_place() -> None:
    inputs = [[i * 1e-320] for i in range(8)]
    spec = table(inputs=inputs, targets=list(range(8)), held_out=0.25, standardise=True)
    row = next(i for i in range(8) if i in spec.load().test_targets[:, 0])
    inputs[row] = [1e308]
    with pytest.raises(SpecError, match="too far from the training rows") as refused:
        table(inputs=inputs, targets=list(range(8)), held_out=0.25, standardise=True).load()
    assert refused.value.pointer == f"/inputs/{row}/0"


def test_half_a_million_numbers_are_accepted_and_hash() -> None:
    rows = np.random.default_rng(0).standard_normal((20_000, 24)).tolist()
    spec = table(inputs=rows, targets=[row[0] for row in rows])
    assert hash(spec) == hash(table(inputs=rows, targets=[row[0] for row in rows]))
    assert spec.load().inputs.shape == (20_000, 24)


REFUSED: list[tuple[dict[str, Any], tuple[Any, ...], str]] = [
    ({"inputs": "1,2"}, ("inputs",), "inputs must be a list with one entry per example, not '1,2'"),
    ({"inputs": []}, ("inputs",), "inputs is empty; give at least one row"),
    ({"inputs": [[], [], []]}, ("inputs", 0), "row 1 has no columns"),
    ({"inputs": [1, 2, 3]}, ("inputs", 0), "row 1 is 1, not a list of numbers"),
    ({"inputs": [[1], 2, [3]]}, ("inputs", 1), "row 2 is 2, not a list of 1 numbers"),
    ({"inputs": [[1, 2], [3, 4], [5]]}, ("inputs", 2), "row 3 has 1 columns but row 1 has 2"),
    ({"inputs": [[1, 2], [3, "x"], [5, 6]]}, ("inputs", 1, 1), "row 2, column 2: 'x' is not a finite number"),
    ({"inputs": [[1, 2], [3, "4"], [5, 6]]}, ("inputs", 1, 1), "row 2, column 2: '4' is not a finite number"),
    ({"inputs": [[1, True], [3, 4], [5, 6]]}, ("inputs", 0, 1), "row 1, column 2: True is not a finite number"),
    ({"inputs": [[1, 2], [None, 4], [5, 6]]}, ("inputs", 1, 0), "row 2, column 1: None is not a finite number"),
    ({"inputs": [[1, 2], [3, float("nan")], [5, 6]]}, ("inputs", 1, 1), "row 2, column 2: nan is not a finite"),
    ({"inputs": [[1, 2], [3, 4], [5, float("-inf")]]}, ("inputs", 2, 1), "row 3, column 2: -inf is not a finite"),
    ({"inputs": [[1, 2], [3, 10**400], [5, 6]]}, ("inputs", 1, 1), "is not a finite number"),
    ({"inputs": [[1, 2], [3, [4]], [5, 6]]}, ("inputs", 1, 1), r"row 2, column 2: \[4\] is not a finite number"),
    ({"inputs": [["x" * 10**6]]}, ("inputs", 0, 0), "row 1, column 1: 'x{38}… is not a finite number"),
    ({"inputs": [[0] * 257]}, ("inputs", 0), "row 1 has 257 columns but at most 256 are allowed"),
    ({"inputs": [[0]] * 20_001}, ("inputs",), "inputs has 20,001 rows but at most 20,000 are allowed"),
    ({"inputs": [[0] * 256] * 1954}, ("inputs",), "1,954 × 256 = 500,224 numbers .* send at most 1,953 such rows"),
    ({"inputs": [[0] * 25] * 20_000, "targets": [0] * 20_000}, ("targets",), "520,000 numbers"),
    ({"targets": [1, 2]}, ("targets",), "targets has 2 rows but inputs has 3; give one target per row"),
    ({"targets": []}, ("targets",), "targets is empty"),
    ({"targets": 3}, ("targets",), "targets must be a list"),
    ({"targets": [1, "a", 2]}, ("targets", 1), "row 2: 'a' is not a finite number"),
    ({"targets": [1, False, 2]}, ("targets", 1), "row 2: False is not a finite number"),
    ({"targets": [1, float("inf"), 2]}, ("targets", 1), "row 2: inf is not a finite number"),
    ({"targets": [1, [2], 2]}, ("targets", 1), r"row 2: \[2\] is not a finite number"),
    ({"targets": [[1], [2, 3], [4]]}, ("targets", 1), "row 2 has 2 columns but row 1 has 1"),
    ({"targets": [[1], ["b"], [4]]}, ("targets", 1, 0), "row 2, column 1: 'b' is not a finite number"),
    ({"task": "classification", "targets": [0, 1.5, 1]}, ("targets", 1), "row 2: 1.5 is not a class label"),
    ({"task": "classification", "targets": [0, True, 1]}, ("targets", 1), "row 2: True is not a class label"),
    ({"task": "classification", "targets": [0, None, 1]}, ("targets", 1), "row 2: None is not a class label"),
    ({"task": "classification", "targets": [0, float("nan"), 1]}, ("targets", 1), "row 2: nan is not a class"),
    ({"task": "classification", "targets": [0, 10**30, 1]}, ("targets", 1), "row 2: 10{30} is not a class"),
    ({"task": "classification", "targets": [0, [1], 1]}, ("targets", 1), r"row 2: \[1\] is not a class label"),
    ({"task": "classification", "targets": ["a", "b" * 201, "a"]}, ("targets", 1), "at most 200 characters"),
    ({"task": "classification", "targets": [0, 1, "1"]}, ("targets", 2), "row 3: '1' and row 1's 0 mix texts"),
    ({"task": "classification", "targets": [4, 4, 4]}, ("targets",), "every row has the label 4; .* 2 classes"),
    (
        {"task": "classification", "inputs": [[0]] * 101, "targets": list(range(101))},
        ("targets",),
        "101 classes but at most 100 are allowed",
    ),
    ({"feature_names": ["a"]}, ("feature_names",), "1 names were given but inputs has 2 columns"),
    (
        {"task": "classification", "targets": [0, 1, 1], "standardise_targets": True},
        ("standardise_targets",),
        "classes cannot be standardised",
    ),
    ({"task": "ranking"}, ("task",), "'regression' or 'classification'"),
    ({"held_out": 1.0}, ("held_out",), "less than or equal to 0.9"),
]


@pytest.mark.parametrize(("fields", "place", "message"), REFUSED, ids=[message for _, _, message in REFUSED])
def test_a_table_that_cannot_be_used_is_refused_by_place(
    fields: dict[str, Any], place: tuple[Any, ...], message: str
) -> None:
    with pytest.raises(ValidationError, match=message) as refused:
        table(**fields)
    assert refused.value.errors()[0]["loc"] == place


def test_a_hostile_table_is_refused_once_and_not_echoed() -> None:
    with pytest.raises(ValidationError) as refused:
        table(inputs=[["x" * 1000] * 25] * 19_000)
    assert refused.value.error_count() <= 2
    assert len(refused.value.json()) < 2_000
