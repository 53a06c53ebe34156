"""Folds cover the examples, and the rule chooses what it says."""

from __future__ import annotations

import numpy as np
import pytest

from app.homotopy.folds import choose, folds, standard_error
from app.homotopy.path import strengths


@pytest.mark.parametrize(("examples", "count"), [(10, 2), (11, 5), (7, 7)])
def test_every_example_is_held_out_once_and_kept_in_all_other_folds(examples: int, count: int) -> None:
    pairs = folds(examples, count, seed=3)
    assert sorted(np.concatenate([out for _, out in pairs]).tolist()) == list(range(examples))
    assert all(sorted([*kept, *out]) == list(range(examples)) for kept, out in pairs)
    sizes = [len(out) for _, out in pairs]
    assert max(sizes) - min(sizes) <= 1


def test_equal_seeds_give_equal_folds_and_others_do_not() -> None:
    held = [folds(50, 5, seed)[0][1].tolist() for seed in (0, 0, 1)]
    assert held[0] == held[1] != held[2]


def test_one_standard_error_takes_the_simplest_model_that_is_not_worse_for_sure() -> None:
    mean, error = np.array([5.0, 2.2, 2.1, 2.0, 2.5]), np.array([0.1, 0.1, 0.1, 0.15, 0.1])
    assert choose(mean, error) == (3, 2)
    assert choose(mean, 0 * error) == (3, 3)


def test_the_standard_error_is_that_of_a_mean() -> None:
    losses = np.array([[1.0, 4.0], [3.0, 4.0]])
    np.testing.assert_allclose(standard_error(losses), [np.sqrt(2) / np.sqrt(2), 0])


def test_strengths_fall_by_one_factor() -> None:
    values = strengths(2.0, 1e-3, 7)
    np.testing.assert_allclose(values[1:] / values[:-1], 1e-3 ** (1 / 6), rtol=1e-12)
    assert values[0] == 2.0 and values[-1] == pytest.approx(2e-3)
