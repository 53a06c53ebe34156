"""Where arrays begin, and who else is there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from app.core.memory import LINE, SMALL, Latest, Layout, Room, Stock, aligned, aligned_rows, unbuffered


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


def test_a_stock_hands_out_again_what_was_given_back_and_nothing_else() -> None:
    stock = Stock(np.float32)
    large, small, other = stock.array(10, 10), stock.array(3), stock.array(4)
    assert stock.nbytes == 4 * 107 and large.dtype == np.float32
    assert not any(np.shares_memory(*pair) for pair in ((large, small), (large, other), (small, other)))
    stock.give_back(large, small)
    again = stock.array(2)
    assert np.shares_memory(again, small)
    assert np.shares_memory(stock.array(5, 5), large)
    assert not np.shares_memory(stock.array(3), large)
    with pytest.raises(KeyError):
        stock.give_back(np.empty(3, np.float32))
    stock.give_back(again.reshape(2, 1))
    with pytest.raises(KeyError):
        stock.give_back(again)


def test_the_latest_few_are_kept_by_each_thread_on_its_own() -> None:
    latest = Latest[str, int](2)
    for number, key in enumerate("abc"):
        latest.keep(key, number)
    assert [latest.take(key) for key in "abc"] == [None, 1, 2]
    latest.keep("a", 0)
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(latest.take, "a").result() is None
    assert latest.take("a") == 0
    assert latest.take("a") is None
