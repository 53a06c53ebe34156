"""Work written down as calls."""

from __future__ import annotations

import numpy as np
import pytest

from app.core.calls import Plan, carry_out, paired
from app.core.memory import Stock


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 45, 200), (36, 45, 200), (37, 45, 9), (64, 27, 200), (6, 1500, 3)])
def test_pairs_are_summed_over_their_last_axis(shape: tuple[int, int, int], dtype: type) -> None:
    rows, columns, n = shape
    rng = np.random.default_rng(0)
    left, right = rng.standard_normal((rows, n)).astype(dtype), rng.standard_normal((columns, n)).astype(dtype)
    out = np.full((rows, columns), np.nan, dtype)
    carry_out([paired(left, right, out)])
    tolerance = 100 * np.finfo(dtype).eps
    np.testing.assert_allclose(
        out, np.einsum("in,jn->ij", left, right, dtype=np.float64), atol=tolerance, rtol=tolerance
    )


def test_a_plan_gives_the_same_again_though_its_arrays_lie_in_the_same_memory() -> None:
    plan, a, b = Plan(Stock(float)), np.arange(6.0).reshape(2, 3), np.full(3, 2.0)
    first = plan.times(a, b)
    total = plan.times(first, first)
    plan.give_back(first)
    plan.absorb(total, plan.times(a, a))
    for _ in range(2):
        carry_out(plan.calls)
        np.testing.assert_array_equal(total, 5 * a * a)
