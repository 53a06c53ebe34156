"""Where arrays begin."""

from __future__ import annotations

import numpy as np
import pytest

from app.core.memory import LINE, SMALL, aligned, aligned_rows, unbuffered


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
