"""Where arrays begin, and who else is there."""

from __future__ import annotations

import numpy as np
import pytest

from app.core.memory import LINE, SMALL, Layout, Room, aligned, aligned_rows, unbuffered


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex128, np.bool_])
@pytest.mark.parametrize("shape", [(), 0, 1, 7, (3, 0), (5, 33, 501), (1 << 18,)])
def test_it_begins_on_a_cache_line_and_is_an_array_like_any_other(shape: int | tuple[int, ...], dtype: type) -> None:
    array, plain = aligned(shape, dtype), np.empty(shape, dtype)
    assert array.size == 0 or array.ctypes.data % LINE == 0
    assert (array.shape, array.dtype) == (plain.shape, plain.dtype)
    assert array.size == 0 or array.strides == plain.strides
    assert array.flags.c_contiguous and array.flags.writeable
    array[...] = 1
    assert (array == 1).all()


@pytest.mark.parametrize("width", [0, 1, 15, 16, 1000])
def test_every_row_begins_on_a_cache_line(width: int) -> None:
    rows = aligned_rows(3, width, np.float32)
    assert rows.shape == (3, width) and rows.dtype == np.float32
    assert all(row.ctypes.data % LINE == 0 for row in rows if row.size)


def test_what_numpy_is_told_inside_ends_with_it() -> None:
    before = np.getbufsize(), np.geterr()
    with unbuffered(over="ignore"):
        assert (np.getbufsize(), np.geterr()["over"]) == (SMALL, "ignore")
        with np.errstate(over="raise"):
            assert np.getbufsize() == SMALL
    assert (np.getbufsize(), np.geterr()) == before


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("lead", [(), (3,), (2, 3)])
@pytest.mark.parametrize("first", [0, 1, 3])
def test_arrays_side_by_side_are_copied_as_one_and_each_begins_on_a_cache_line(
    dtype: type, lead: tuple[int, ...], first: int
) -> None:
    shapes: list[tuple[int, ...]] = [(5,), (), (2, 17), (1,)]
    layout = Layout(dtype, *shapes)
    whole = aligned((*lead, layout.size(first)), dtype)
    arrays = layout.views(whole, first)
    assert [array.shape for array in arrays] == [lead + shape for shape in shapes[first:]]
    assert all(array.ctypes.data % LINE == 0 for array in arrays)
    for number, array in enumerate(arrays):
        array[...] = number
    for number, array in enumerate(layout.views(whole.copy(), first)):
        assert (array == number).all()


def test_a_room_gives_the_same_memory_again_unless_that_is_too_small_or_too_large_to_keep() -> None:
    room = Room(most=1000)
    first = room.array((3, 5), np.float64)
    first[...] = 7
    again, larger, huge = (room.array(shape, np.float32) for shape in ((2, 2), (10, 20), (10, 100)))
    assert np.shares_memory(first, again)
    assert not np.shares_memory(first, larger) and not np.shares_memory(larger, huge)
    assert np.shares_memory(room.array((10, 20), np.float32), larger)
    assert (huge.shape, huge.dtype) == ((10, 100), np.float32)
    assert all(array.ctypes.data % LINE == 0 for array in (first, again, larger, huge))
