"""Programs that are written out are the interpreter to the bit, for a point as for many."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from app.core.interfaces import Array
from app.core.spec import catalogue
from app.objectives import expression as ex
from app.objectives.elementary import RULES
from app.objectives.expression import Expression, to_program, variables
from app.objectives.formula_parser import parse_formula
from app.objectives.jets import Jet, evaluate
from app.objectives.straight import Tape, written_out
from app.objectives.surface import WORTHWHILE, Surface, SurfaceObjective
from app.objectives.surfaces.formula import Formula
from tests.objectives.test_expression_jets import smooth

x, y = variables()
ORDERS = (0, 1, 2)
EDGES = np.array([0.0, -0.0, 0.3, -0.7, 1.0, -1.0, 2.5, -1e200, 1e200, np.inf, -np.inf, np.nan])
POINTS = np.array([(a, b) for a in EDGES for b in EDGES])
SURFACES: dict[str, Any] = catalogue("app.objectives.surfaces", Surface)
PECULIAR = {
    "constant": ex.constant(3.5),
    "one variable": x + 2.0,
    "difference of equals": x - x,
    "lesser": ex.minimum(x * y, ex.constant(0.25)),
    "greater": ex.maximum(x, y**2),
    "chosen": parse_formula("min(max(x, y), x*y) + abs(x)/y"),
    "roots": parse_formula("sqrt(x) + y^0.5 + x^-1.5"),
    "powers": parse_formula("x^0 + x^1 + y^7 + y^-3 + x^y"),
}


def bits(jet: Jet, count: int) -> list[bytes | None]:
    """Of every entry; None where it vanishes identically. One NaN is as good as another."""
    entries = (jet.value, *jet.gradient, *jet.hessian)
    whole = [None if entry is None else np.broadcast_to(np.asarray(entry, np.float64), count) for entry in entries]
    return [None if entry is None else np.where(np.isnan(entry), np.nan, entry).tobytes() for entry in whole]


def assert_same(expression: Expression, points: Array) -> None:
    program = to_program(expression)
    columns = np.ascontiguousarray(points.T)
    for order in ORDERS:
        straight = written_out(program, order)
        with np.errstate(all="ignore"):
            assert bits(straight(*columns), len(points)) == bits(evaluate(program, *columns, order), len(points))
            for point in points:
                alone = evaluate(program, *np.ascontiguousarray(point[:, None]), order)
                assert bits(straight(*point), 1) == bits(alone, 1), point


@pytest.mark.parametrize("kind", sorted(SURFACES))
def test_surfaces_keep_every_bit(kind: str) -> None:
    surface = SURFACES[kind]()
    x0, x1, y0, y1 = surface.window()
    shares = np.random.default_rng(3).random((40, 2))
    assert_same(surface.expression(), np.array([x0, y0]) + shares * np.array([x1 - x0, y1 - y0]))


@pytest.mark.parametrize("name", sorted(RULES))
def test_functions_keep_every_bit_outside_their_domain_too(name: str) -> None:
    assert_same(Expression(name, (x * y + x,)), POINTS)


@pytest.mark.parametrize("name", PECULIAR)
def test_what_vanishes_or_is_chosen_keeps_every_bit(name: str) -> None:
    assert_same(PECULIAR[name], POINTS)


@given(smooth)
def test_any_expression_keeps_every_bit(expression: Expression) -> None:
    assert_same(expression, POINTS[::17])


@pytest.mark.parametrize("kind", ["goldstein_price", "ackley", "saddle"])
def test_an_objective_says_the_same_before_and_after(kind: str) -> None:
    objective = SURFACES[kind]().build()
    point = np.array([0.4, -1.3])

    def said() -> list[tuple[Any, ...]]:
        found = [objective.value(point), *objective.value_and_gradient(point), objective.hessian(point)]
        grid = [objective.value(POINTS), *objective.value_and_gradient(POINTS), objective.hessian(POINTS)]
        return [(a.shape, a.dtype, a.tobytes()) for a in (*found, *grid)]

    first = said()
    assert all(said() == first for _ in range(WORTHWHILE + 2))
    copy = pickle.loads(pickle.dumps(objective))
    assert copy.expression == objective.expression and copy.value(point) == objective.value(point)
    assert np.iscomplexobj(objective.value(point + 1e-20j)) and objective.value(point.astype(np.float32)).dtype == float


def test_a_list_of_numbers_is_a_point_at_a_pole_as_well() -> None:
    objective = Formula.model_validate({"expression": "1/x"}).build()
    with np.errstate(divide="ignore"):
        assert [float(objective.value([0.0, 1.0])) for _ in range(WORTHWHILE + 2)] == [np.inf] * (WORTHWHILE + 2)


def test_what_was_computed_is_not_computed_again() -> None:
    """A sum of equal products is written as one product."""
    calls: list[str] = []

    class Counted(np.ndarray[Any, Any]):
        def __mul__(self, other: Any) -> Any:
            calls.append("mul")
            return super().__mul__(other)

    straight = written_out(to_program(x * y + (y * x - x * y) + x * y), 0)
    straight(np.array([2.0]).view(Counted), np.array([3.0]).view(Counted))
    assert len(calls) <= 2


def test_what_cannot_be_traced_is_an_error() -> None:
    trace = Tape().variables[0]
    with pytest.raises(TypeError, match=r"add\.reduce"):
        np.add.reduce(trace)
    with pytest.raises(TypeError, match="keepdims"):
        np.sum(trace, keepdims=True)


def test_warnings_stay_silent() -> None:
    objective = SurfaceObjective(ex.log(x) / y)
    with np.errstate(all="raise"):
        for _ in range(WORTHWHILE + 2):
            objective.value_and_gradient(np.array([-1.0, 0.0]))
