"""Where arrays begin."""

from __future__ import annotations

import numpy as np
import pytest

from app.core.memory import LINE, aligned


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
