"""Jets against three oracles: SymPy in high precision, finite differences and the complex step."""

from __future__ import annotations

from functools import reduce
from operator import add, mul
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.core.interfaces import Array
from app.objectives import expression as ex
from app.objectives.elementary import RULES
from app.objectives.expression import Expression, fold, variables
from app.objectives.formula_parser import parse_formula
from app.objectives.surface import SurfaceObjective
from app.objectives.symbolic import derivative

x, y = variables()
SX, SY = sympy.symbols("x y", real=True)
STEP = 1e-20
STENCIL = {1: 4 / 5, 2: -1 / 5, 3: 4 / 105, 4: -1 / 280}
"""Central differences of order 8."""


def to_sympy(expression: Expression) -> Any:
    functions = {"abs": sympy.Abs, "min": sympy.Min, "max": sympy.Max}
    operations = {"div": lambda a, b: a / b, "pow": lambda a, b: a**b, "neg": lambda a: -a}

    def visit(node: Expression, args: tuple[Any, ...]) -> Any:
        match node.op:
            case "variable":
                return {"x": SX, "y": SY}[str(node.data)]
            case "constant":
                return sympy.Rational(str(node.data))
            case "symbol":
                return {"pi": sympy.pi, "e": sympy.E}[str(node.data)]
            case "add":
                return reduce(add, args)
            case "mul":
                return reduce(mul, args)
        return (operations.get(node.op) or functions.get(node.op) or getattr(sympy, node.op))(*args)

    return fold(expression, visit)


def exact(expression: Expression, point: Array) -> tuple[Array, Array, Array]:
    """f, ∇f and ∇²f by SymPy, to 30 digits."""
    f = to_sympy(expression)
    at = {SX: sympy.Float(str(point[0]), 40), SY: sympy.Float(str(point[1]), 40)}

    def number(form: Any) -> float:
        return float(form.evalf(30, subs=at))

    gradient = [sympy.diff(f, v) for v in (SX, SY)]
    hessian = [[number(sympy.diff(g, v)) for v in (SX, SY)] for g in gradient]
    return np.array(number(f)), np.array([number(g) for g in gradient]), np.array(hessian)


def all_of(expression: Expression, point: Array) -> tuple[Array, Array, Array]:
    objective = SurfaceObjective(expression)
    return *objective.value_and_gradient(point), objective.hessian(point)


def assert_close(got: Array, expected: Array, tolerance: float) -> None:
    """Relative to the largest entry, and absolute below 1."""
    error = np.max(np.abs(got - expected)) / max(1.0, float(np.max(np.abs(expected))))
    assert error <= tolerance, (got, expected)


def _combinations(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    binary = st.sampled_from(
        [
            lambda a, b: a + b,
            lambda a, b: a - b,
            lambda a, b: a * b,
            lambda a, b: a / (1 + b**2),
            lambda a, b: (1 + a**2) ** ex.sin(b),
        ]
    )
    unary = st.sampled_from(
        [
            *(ex.sin, ex.cos, ex.tanh, ex.atan),
            lambda u: -u,
            lambda u: u**2,
            lambda u: u**3,
            lambda u: ex.sinh(ex.sin(u)) + ex.cosh(ex.cos(u)),
            lambda u: ex.tan(ex.sin(u)),
            lambda u: ex.exp(ex.sin(u)),
            lambda u: ex.exp(-(u**2)),
            lambda u: ex.log(1 + u**2),
            lambda u: ex.sqrt(1 + u**2),
            lambda u: (1 + u**2) ** -1.5,
            lambda u: (2 + ex.cos(u)) ** -3,
            lambda u: ex.asin(ex.sin(u) / 2) - ex.acos(ex.cos(u) / 2),
        ]
    )
    return st.one_of(
        st.builds(lambda f, a, b: f(a, b), binary, inner, inner),
        st.builds(lambda f, a: f(a), unary, inner),
    )


numbers = st.integers(-30, 30).map(lambda n: ex.constant(n / 10))
smooth = st.recursive(st.sampled_from([x, y, x * y, x - y, ex.PI * x]) | numbers, _combinations, max_leaves=6)
coordinate = st.floats(-1.5, 1.5).map(lambda v: round(v, 6))
points = st.tuples(coordinate, coordinate).map(np.array)


def tame(expression: Expression, point: Array) -> tuple[Array, Array, Array]:
    """The jets of an expression, where no part of it is so large that rounding alone breaks a bound."""
    parts = [np.max(np.abs(part)) for node in ex.topological(expression) for part in all_of(node, point)]
    assume(np.max(parts) < 1e4)
    return all_of(expression, point)


@settings(max_examples=60, deadline=None)
@given(smooth, points)
def test_jets_agree_with_sympy(expression: Expression, point: Array) -> None:
    for got, expected in zip(tame(expression, point), exact(expression, point), strict=True):
        assert_close(got, expected, 1e-10)


@settings(max_examples=100, deadline=None)
@given(smooth, points, points)
def test_jets_agree_with_the_complex_step(expression: Expression, point: Array, v: Array) -> None:
    value, gradient, hessian = tame(expression, point)
    stepped, slope = SurfaceObjective(expression).value_and_gradient(point + 1j * STEP * v)
    assert stepped.dtype == slope.dtype == np.complex128
    assert_close(stepped.real, value, 1e-13)
    assert_close(stepped.imag / STEP, gradient @ v, 1e-9)
    assert_close(slope.imag / STEP, hessian @ v, 1e-9)


@settings(max_examples=100, deadline=None)
@given(smooth, points)
def test_symbolic_derivatives_agree_with_jets(expression: Expression, point: Array) -> None:
    _, gradient, hessian = tame(expression, point)
    for i, first in enumerate("xy"):
        slope = derivative(expression, first)
        assert_close(SurfaceObjective(slope).value(point), gradient[i], 1e-9)
        for j, second in enumerate("xy"):
            assert_close(SurfaceObjective(derivative(slope, second)).value(point), hessian[i, j], 1e-9)


ALL = [
    ("sin(x)*cos(y) + tan(x/2)", (0.7, -1.2)),
    ("asin(x/2) + acos(y/2) + atan(x*y)", (0.7, -1.2)),
    ("sinh(x) + cosh(x*y) + tanh(3*y)", (0.7, -1.2)),
    ("tanh(9*x)", (1.1, 0.0)),
    ("exp(x*y) + log(x) + sqrt(y)", (0.7, 1.3)),
    ("abs(x*y) + sign(x)*y^2", (0.7, -1.2)),
    ("min(x^2, y^3) + max(x*y, y^2)", (0.7, 1.3)),
    ("max(x^2, y^3, x - y) - min(x, y, -5)", (0.7, -1.3)),
    ("x^y + 2^(x*y) + e^(-x)", (0.7, 1.3)),
    ("x^-3 + y^0.5 + x^(1/3) + (x*y)^1 + (x - 9)^0", (0.7, 1.3)),
    ("x^32 / y^31", (0.9, 1.1)),
    ("(x + y)/(x - y)/x", (0.7, -1.2)),
    ("pi*x^2 + e*y - 7/3", (0.7, -1.2)),
]


def test_every_operation_is_among_the_cases() -> None:
    used = {node.op for formula, _ in ALL for node in ex.topological(parse_formula(formula))}
    assert used >= set(RULES) | {"add", "mul", "div", "pow", "min", "max", "symbol"}


@pytest.mark.parametrize(("formula", "point"), ALL)
def test_each_operation_agrees_with_sympy(formula: str, point: tuple[float, float]) -> None:
    built = parse_formula(formula)
    for got, expected in zip(all_of(built, np.array(point)), exact(built, np.array(point)), strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(("formula", "point"), ALL)
def test_each_operation_agrees_with_differences_and_the_complex_step(formula: str, point: tuple[float, float]) -> None:
    objective, at = SurfaceObjective(parse_formula(formula)), np.array(point)
    _, gradient = objective.value_and_gradient(at)
    for i, axis in enumerate(np.eye(2)):
        steps = sum(
            c / 0.005 * (objective.value(at + 0.005 * k * axis) - objective.value(at - 0.005 * k * axis))
            for k, c in STENCIL.items()
        )
        assert_close(np.asarray(steps), gradient[i], 1e-9)
        value, slope = objective.value_and_gradient(at + 1j * STEP * axis)
        assert_close(value.imag / STEP, gradient[i], 1e-13)
        assert_close(slope.imag / STEP, objective.hessian(at)[i], 1e-13)


@pytest.mark.parametrize(("formula", "point"), ALL)
def test_symbolic_derivatives_of_each_operation_agree_with_jets(formula: str, point: tuple[float, float]) -> None:
    built, at = parse_formula(formula), np.array(point)
    _, gradient, hessian = all_of(built, at)
    for i, first in enumerate("xy"):
        slope = derivative(built, first)
        np.testing.assert_allclose(SurfaceObjective(slope).value(at), gradient[i], rtol=1e-12, atol=1e-14)
        for j, second in enumerate("xy"):
            got = SurfaceObjective(derivative(slope, second)).value(at)
            np.testing.assert_allclose(got, hessian[i, j], rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("n", range(33))
def test_whole_powers_are_exact_at_zero(n: int) -> None:
    value, gradient, hessian = all_of(x**n, np.array([0.0, 0.0]))
    assert (value, gradient[0], hessian[0, 0]) == (float(n == 0), float(n == 1), 2.0 * (n == 2))


@pytest.mark.parametrize("n", [-3, -1, 0, 1, 2, 3, 7, 32])
def test_whole_powers_of_negative_numbers_are_real(n: int) -> None:
    assert SurfaceObjective(x**n).value(np.array([-2.0, 0.0])) == (-2.0) ** n


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("sqrt(x)", np.nan),
        ("log(x)", np.nan),
        ("x^0.5", np.nan),
        ("asin(2x)", np.nan),
        ("acos(2x)", np.nan),
        ("x^y", np.nan),
        ("log(x+1)", -np.inf),
        ("1/(x+1)", np.inf),
        ("(x+1)^-2", np.inf),
        ("exp(-1000x)", np.inf),
    ],
)
@pytest.mark.parametrize("dtype", [np.float64, np.complex128])
def test_a_hole_is_a_hole_without_warning(formula: str, expected: float, dtype: type) -> None:
    objective, at = SurfaceObjective(parse_formula(formula)), np.array([-1.0, 0.5], dtype)
    np.testing.assert_equal(float(objective.value(at).real), expected)
    assert objective.hessian(at).shape == (2, 2)


def test_a_derivative_that_vanishes_identically_stays_zero_at_a_hole() -> None:
    value, gradient, hessian = all_of(ex.sqrt(x) + y, np.array([0.0, 1.0]))
    assert value == gradient[1] == 1.0
    assert gradient[0] == np.inf
    np.testing.assert_array_equal(hessian, [[-np.inf, 0.0], [0.0, 0.0]])


@pytest.mark.parametrize("op", [ex.minimum, ex.maximum])
@pytest.mark.parametrize("point", [(np.nan, 1.0), (1.0, np.nan)])
def test_a_comparison_keeps_nan(op: Any, point: tuple[float, float]) -> None:
    assert np.isnan(SurfaceObjective(op(x, y)).value(np.array(point)))


@settings(max_examples=30, deadline=None)
@given(smooth, st.lists(points, min_size=1, max_size=9))
def test_a_batch_gives_the_bits_of_its_points(expression: Expression, batch: list[Array]) -> None:
    objective, theta = SurfaceObjective(expression), np.array(batch)
    value, gradient = objective.value_and_gradient(theta)
    for i, point in enumerate(theta):
        alone = objective.value_and_gradient(point)
        np.testing.assert_array_equal(value[i], alone[0])
        np.testing.assert_array_equal(gradient[i], alone[1])
    np.testing.assert_array_equal(value, objective.value(theta))


@pytest.mark.parametrize("shape", [(), (1,), (0,), (3, 4), (2, 0, 3), (20_000,)])
@pytest.mark.parametrize("dtype", [np.float64, np.complex128])
@pytest.mark.parametrize("expression", [x**2 + 0 * y, ex.constant(3.0), ex.sin(x * y)])
def test_every_leading_axis_is_batch(shape: tuple[int, ...], dtype: type, expression: Expression) -> None:
    objective, theta = SurfaceObjective(expression), np.ones((*shape, 2), dtype)
    value, gradient = objective.value_and_gradient(theta)
    results = [
        (value, shape),
        (gradient, (*shape, 2)),
        (objective.value(theta), shape),
        (objective.hessian(theta), (*shape, 2, 2)),
        (objective.hvp(theta, theta[..., :]), (*shape, 2)),
    ]
    for result, expected in results:
        assert (result.shape, result.dtype) == (expected, dtype)


def test_hvp_broadcasts() -> None:
    objective, theta, v = SurfaceObjective(x**2 * y), np.ones((5, 1, 2)), np.arange(6.0).reshape(3, 2)
    expected = np.einsum("aij,bj->abi", objective.hessian(theta[:, 0]), v)
    np.testing.assert_array_equal(objective.hvp(theta, v), expected)


def test_theta_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match=r"shape \(3,\) must end in an axis of 2"):
        SurfaceObjective(x).value(np.zeros(3))


def test_integers_are_computed_in_float64() -> None:
    assert SurfaceObjective(x / 2).value(np.array([1, 0])) == 0.5
