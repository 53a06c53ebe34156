"""The wire format: nothing is lost, and nothing non-finite slips through."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.experiments.events import Event, Holey, Single
from app.serving.columns import NonFiniteError, as_base64
from app.serving.values import plain
from app.serving.wire import Encoding, decode, document, encode, grid_document
from benchmarks.messages import events_of

EVENTS = [
    Event("started", {"hash": "0f", "names": ["x", "y"], "nothing": None, "yes": True}),
    Event("frames", {"step": np.arange(3), "loss": np.array([0.1, 1e-300, -0.0]), "layers": {"a": np.float32(0.1)}}),
]


def read(column: dict[str, Any]) -> np.ndarray:
    """A base64 column as the page reads it."""
    raw = base64.b64decode(column["base64"])
    return np.frombuffer(raw, np.dtype(column["dtype"]).newbyteorder("<")).reshape(column["shape"])


def test_the_framings_carry_the_same_events() -> None:
    lines = [json.loads(line) for line in encode(EVENTS, Encoding("ndjson")).splitlines()]
    blocks = encode(EVENTS, Encoding("sse")).decode().split("\n\n")
    assert blocks.pop() == ""
    for event, line, block in zip(EVENTS, lines, blocks, strict=True):
        name, data = block.split("\n")
        assert name == f"event: {event.kind}" and line["kind"] == event.kind
        assert json.loads(data.removeprefix("data: ")) == line
    messages = list(events_of(encode(EVENTS, Encoding("messages"))))
    assert plain(messages, lambda array, *_: array.tolist()) == lines
    assert [event.kind for event in decode([encode(EVENTS, Encoding())])] == ["started", "frames"]
    assert lines[1]["loss"] == [0.1, 1e-300, -0.0] and lines[1]["step"] == [0, 1, 2]


@pytest.mark.parametrize("framing", ["sse", "ndjson", "messages"])
@pytest.mark.parametrize("columns", ["json", "base64"])
def test_the_bytes_of_events_do_not_depend_on_how_they_are_grouped(framing: Any, columns: Any) -> None:
    encoding = Encoding(framing, columns)
    assert encode(EVENTS, encoding) == b"".join(encode([event], encoding) for event in EVENTS)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=20))
def test_a_finite_column_survives_both_encodings_to_the_bit(values: list[float]) -> None:
    data = {"loss": np.array(values, dtype=np.float64)}
    as_json = np.array(json.loads(document(data, "json"))["loss"], dtype=np.float64)
    as_bytes = read(json.loads(document(data, "base64"))["loss"])
    assert as_json.tobytes() == as_bytes.tobytes() == data["loss"].tobytes()


@pytest.mark.parametrize(
    ("array", "dtype"),
    [
        (np.zeros(2, np.float32), "float32"),
        (np.zeros(2, ">f8"), "float64"),
        (np.arange(2), "int32"),
        (np.array([2**40]), "float64"),
        (np.zeros((0, 2)), "float64"),
        (np.zeros((3, 2), order="F"), "float64"),
    ],
)
def test_base64_columns_have_one_of_three_types_and_keep_their_shape(array: np.ndarray, dtype: str) -> None:
    column = plain(array, as_base64)
    assert column["dtype"] == dtype
    np.testing.assert_array_equal(read(column), array)


SINGLE = np.finfo(np.float32)


@pytest.mark.parametrize("others", [[], [1.0], [-1.0, 2.0], [0.0, -0.0]])
@pytest.mark.parametrize(
    ("number", "dtype"),
    [
        (0.5, "float32"),
        (float(SINGLE.tiny), "float32"),
        (float(SINGLE.max), "float32"),
        (np.nextafter(float(SINGLE.tiny), 0.0), "float64"),
        (np.nextafter(float(SINGLE.max), np.inf), "float64"),
        (1e300, "float64"),
    ],
)
def test_single_precision_is_taken_unless_a_number_would_overflow_or_vanish(
    number: float, dtype: str, others: list[float]
) -> None:
    for values in ([number, *others], [*others, -number]):
        column = plain(Single(np.array(values)), as_base64)
        assert column["dtype"] == dtype
        np.testing.assert_array_equal(read(column), np.array(values).astype(dtype))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("columns", ["json", "base64"])
def test_a_non_finite_number_is_refused_wherever_it_hides(bad: float, columns: Any) -> None:
    for value in (bad, np.float32(bad), [1.0, bad], np.array([1.0, bad]), np.array(bad), {"deep": (bad,)}):
        with pytest.raises(NonFiniteError, match="data"):
            document({"data": value}, columns)


def test_declared_holes_are_null_in_json_and_nan_in_base64() -> None:
    data = {"loss": Holey(np.array([[1.0, np.nan], [np.inf, -np.inf]]))}
    assert json.loads(document(data, "json")) == {"loss": [[1.0, None], [None, None]]}
    grid = read(json.loads(document(data, "base64"))["loss"])
    np.testing.assert_array_equal(grid, [[1.0, np.nan], [np.nan, np.nan]])


def test_text_and_truth_values_are_never_columns() -> None:
    assert json.loads(document({"mask": np.array([True, False]), "names": np.array(["x"])}, "base64")) == {
        "mask": [True, False],
        "names": ["x"],
    }


@pytest.mark.parametrize("label", ["", "x", "a longer label, so that the header has another length"])
def test_a_binary_grid_says_where_its_numbers_are(label: str) -> None:
    loss = np.array([[1.5, 2.0, 3.0], [4.0, np.inf, 6.0]])
    body = grid_document({"x": np.arange(3.0), "labels": [label, "y"], "loss": Holey(loss), "holes": 1})
    size = int.from_bytes(body[:4], "little")
    header = json.loads(body[4 : 4 + size])
    place = header["loss"]
    assert place["offset"] == 4 + size and place["offset"] % 8 == 0
    grid = np.frombuffer(body, "<f4", offset=place["offset"]).reshape(place["shape"])
    np.testing.assert_array_equal(grid, [[1.5, 2.0, 3.0], [4.0, np.nan, 6.0]])
    assert header["x"] == [0.0, 1.0, 2.0] and header["holes"] == 1 and header["labels"][0] == label


def test_holes_travel_in_single_precision_where_the_other_numbers_fit() -> None:
    holey = {"grid": Holey(np.array([0.5, np.nan, np.inf, 3.0]), single=True)}
    packed = plain(holey, as_base64)["grid"]
    assert packed["dtype"] == "float32" and document(holey, "json") == b'{"grid":[0.5,null,null,3.0]}'
    tiny = {"grid": Holey(np.array([1e-60, np.nan]), single=True)}
    assert plain(tiny, as_base64)["grid"]["dtype"] == "float64"
