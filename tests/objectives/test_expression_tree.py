"""The expression tree: equal trees are one node, and no depth or sharing can hurt."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from app.objectives.expression import (
    E,
    Expression,
    constant,
    exp,
    fold,
    from_program,
    maximum,
    minimum,
    sin,
    symbol,
    to_program,
    topological,
    variables,
)
from app.objectives.surface import SurfaceObjective

x, y = variables()


def test_equal_trees_are_equal_and_hash_alike() -> None:
    assert (1 - x) ** 2 + sin(y) == (1 - x) ** 2 + sin(y)
    assert len({x + y, x + y, y + x}) == 2


@pytest.mark.parametrize("other", [x + 1, x * 2, x - y, sin(x), -x, x**3, x / 2])
def test_different_trees_differ(other: Expression) -> None:
    assert other != x + y


def test_an_expression_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        x.op = "constant"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("built", "expected"),
    [
        (2 + x, 4.0),
        (2 - x, 0.0),
        (3 * x, 6.0),
        (6 / x, 3.0),
        (3**x, 9.0),
        (x**3, 8.0),
        (x + 1, 3.0),
        (x - 5, -3.0),
        (x / 4, 0.5),
        (-x, -2.0),
        (abs(-x), 2.0),
        (minimum(x, y), -1.0),
        (maximum(x, y), 2.0),
        (exp(0 * x) * E, np.e),
    ],
)
def test_operators_mean_what_they_say(built: Expression, expected: float) -> None:
    assert SurfaceObjective(built).value(np.array([2.0, -1.0])) == pytest.approx(expected, rel=1e-15)


def test_arrays_do_not_swallow_expressions() -> None:
    with pytest.raises(TypeError):
        np.ones(3) * x


def test_a_long_sum_is_not_depth() -> None:
    total = x
    for _ in range(5000):
        total = total + y
    assert len(topological(total)) == 3
    assert SurfaceObjective(total).value(np.array([1.0, 2.0])) == 10001.0


def test_depth_does_not_reach_the_stack() -> None:
    deep = x
    for _ in range(20_000):
        deep = sin(deep)
    again = pickle.loads(pickle.dumps(deep))
    assert again == deep
    assert np.isfinite(SurfaceObjective(again).hessian(np.array([1.0, 0.0]))).all()


def test_shared_subtrees_are_evaluated_once() -> None:
    doubled = x
    for _ in range(100):
        doubled = (doubled + doubled) / 2
    assert doubled.leaves > 2**100
    assert len(to_program(doubled)) == 202
    value, gradient = SurfaceObjective(doubled).value_and_gradient(np.array([3.0, 0.0]))
    assert value == 3.0
    np.testing.assert_array_equal(gradient, [1.0, 0.0])


def test_a_program_gives_its_tree_back() -> None:
    built = minimum(sin(x) / (y**2 + 1), 3 * x - E)
    assert from_program(to_program(built)) == built


def test_operands_come_before_operations() -> None:
    order = topological(sin(x * y) + x * y)
    assert all(order.index(a) < order.index(node) for node in order for a in node.args)


def test_fold_visits_each_distinct_node_once() -> None:
    visited: list[Expression] = []
    fold(sin(x * y) + x * y, lambda node, _: visited.append(node))
    assert len(visited) == len(set(visited)) == 5


def test_a_negative_number_keeps_its_sign_outside() -> None:
    assert constant(-2) == -constant(2)


def test_an_unknown_symbol_is_refused() -> None:
    with pytest.raises(ValueError, match="'tau' is not one of pi, e"):
        symbol("tau")
