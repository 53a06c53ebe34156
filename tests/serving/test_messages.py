"""Binary messages: every column as it was, to the bit, and none that could be told shorter."""

from __future__ import annotations

import json
import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from app.experiments.events import Event, Holey, Single
from app.serving.columns import NonFiniteError, as_base64
from app.serving.messages import message, regular
from app.serving.values import plain
from app.serving.wire import Encoding, encode
from benchmarks.messages import events_of
from tests.serving.test_wire import read

KINDS = st.sampled_from(("<f8", ">f8", "<f4", "<f2", "<i4", ">i4", "<i8", "<u2", "<u8", "<i1", "?", "<U3"))
SHAPES = arrays.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=7)
ANY = arrays.arrays(KINDS, SHAPES)
FEW = arrays.arrays(KINDS, SHAPES, elements=st.sampled_from((0, 1)), fill=st.just(1))
LONGER = st.tuples(st.integers(4, 40), KINDS.filter(lambda kind: kind != "<U3"))
PROGRESSIONS = st.builds(
    lambda length, first, stride: (first + stride * np.arange(length[0])).astype(length[1]),
    LONGER,
    st.integers(0, 9),
    st.integers(0, 3),
)
WRAPPED = st.sampled_from((Holey, Single, lambda array: Holey(array, single=True), lambda array: array))


def header_of(data: bytes) -> dict[str, Any]:
    """The JSON of the first message."""
    found: dict[str, Any] = json.loads(data[8 : 8 + int.from_bytes(data[:4], "little")])
    return found


def test_a_message_to_the_byte() -> None:
    event = Event(
        "frames",
        {
            "run": 0,
            "step": np.arange(3, 11, 2, dtype=np.int32),
            "loss": np.array([0.5, -0.0, 1e-300, 2.0]),
            "norm": Single(np.array([1.0, 2.0, 3.0])),
            "rate": Single(np.full(5, 0.5)),
            "grid": Holey(np.array([[1.0, np.inf]])),
            "names": ["θ"],
        },
    )
    header = (
        '{"kind":"frames","run":0,"step":{"dtype":"int32","shape":[4],"first":3,"stride":2},'
        '"loss":{"dtype":"float64","shape":[4],"offset":0},"norm":{"dtype":"float32","shape":[3],"offset":32},'
        '"rate":{"dtype":"float32","shape":[5],"first":0.5,"stride":0},'
        '"grid":{"dtype":"float64","shape":[1,2],"offset":48},"names":["θ"]}      '
    ).encode()
    body = struct.pack("<4d3f4x2d", 0.5, -0.0, 1e-300, 2.0, 1.0, 2.0, 3.0, 1.0, np.nan)
    assert message(event) == struct.pack("<2I", len(header), len(body)) + header + body


def test_a_message_without_columns_has_no_body() -> None:
    assert message(Event("progress", {"step": 1})) == b'\x20\0\0\0\0\0\0\0{"kind":"progress","step":1}    '


@given(st.one_of(ANY, FEW, PROGRESSIONS), WRAPPED)
@example(np.array([0.0, 0.0, -0.0, 0.0, 0.0]), Single)
@example(np.array([np.nan] * 5), Holey)
@example(np.array([np.inf] * 5), Holey)
@example(np.full(5, 1e-300), Single)
@example(np.full(5, 1e300), Single)
@example(np.full(5, 0.1), Single)
@example(np.full((2, 3), -0.0, "<f4"), Single)
@example(np.arange(8)[::2], Single)
@example(np.arange(8.0).reshape(2, 4).T, Single)
@example(np.array([2**31 - 4, 2**31 - 3, 2**31 - 2, 2**31 - 1]), Single)
@example(np.array([2**31 - 3, 2**31 - 2, 2**31 - 1, 2**31]), Single)
@example(np.array([-(2**31), -(2**31) + 1431655765, -(2**31) + 2 * 1431655765, 2**31 - 1], np.int32), Single)
@example(np.array([2**31 - 1, -(2**31), 2**31 - 1, -(2**31), 2**31 - 1], np.int32), Single)
@example(np.array([2**62, 0, -(2**62), -(2**63)]), Single)
@example(np.array([2**63 + 5] * 4, np.uint64), Single)
@example(np.array([250, 253, 0, 3, 6, 9], np.uint8), Single)
@example(np.array([9, 6, 3, 0], np.uint8), Single)
def test_columns_of_every_kind_are_those_of_base64_to_the_bit(array: np.ndarray, wrapped: Any) -> None:
    value = {"a": [{"b": wrapped(array)}], "then": np.array([0.1, 0.2])}
    try:
        expected = plain(value, as_base64)["a"][0]["b"]
    except NonFiniteError as refused:
        with pytest.raises(NonFiniteError, match=str(refused)):
            message(Event("x", value))
        return
    sent = message(Event("x", value))
    (event,) = events_of(sent)
    found = event["a"][0]["b"]
    if isinstance(expected, dict):
        expected = read(expected)
        assert (found.dtype, found.shape, found.tobytes()) == (expected.dtype, expected.shape, expected.tobytes())
    else:
        assert found == expected
    assert len(sent) % 8 == 0 and event["then"].tolist() == [0.1, 0.2]


@given(PROGRESSIONS)
def test_whole_numbers_in_equal_steps_and_equal_numbers_are_not_in_the_body(array: np.ndarray) -> None:
    constant = bool((array == array[0]).all())
    if array.dtype.kind == "b" or (array.dtype.kind == "f" and not constant):
        return
    place = header_of(message(Event("x", {"a": array})))["a"]
    assert (place["first"], place["stride"]) == (array[0], int(array[1]) - int(array[0]))


@pytest.mark.parametrize("at", [0, 1, 500, 998, 999])
@pytest.mark.parametrize("array", [np.arange(1000), np.full(1000, 7), np.full(1000, 0.1), np.zeros(1000)])
def test_one_number_out_of_place_is_not_overlooked(array: np.ndarray, at: int) -> None:
    assert regular(array, single=False)
    array = array.copy()
    array[at] = np.nextafter(array[at], 1.0) if array.dtype.kind == "f" else array[at] + 1
    assert regular(array, single=False) is None


def test_what_is_short_is_not_worth_a_rule() -> None:
    assert "offset" in header_of(message(Event("x", {"a": np.zeros(3)})))["a"]


def test_columns_begin_on_multiples_of_eight_in_the_stream() -> None:
    rng = np.random.default_rng(0)
    sent = [Event("x" * n, {"a": rng.random(n, np.float32), "b": rng.random((n, 2)), "c": "y"}) for n in range(9)]
    stream, at = encode(sent, Encoding("messages")), 0
    for event in sent:
        header, body = struct.unpack_from("<2I", stream, at)
        start = at + 8 + header
        for name, place in header_of(stream[at:]).items():
            if name in "ab":
                numbers = np.frombuffer(stream, place["dtype"], event.data[name].size, start + place["offset"])
                assert (start + place["offset"]) % 8 == 0
                np.testing.assert_array_equal(numbers, event.data[name].ravel())
        at = start + body
    assert at == len(stream)
