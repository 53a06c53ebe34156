"""Formulas: what people write is read as they mean it, and nothing else is."""

from __future__ import annotations

import ast
import builtins

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from app.core.errors import SpecError
from app.objectives.expression import PI, E, Expression, exp, sin, to_program, variables
from app.objectives.formula_parser import MAX_EXPONENT, MAX_NODES, parse_formula
from app.objectives.surface import SurfaceObjective
from app.objectives.surfaces.formula import Formula

x, y = variables()


def value(formula: str, at: tuple[float, float] = (1.7, 0.6)) -> float:
    return float(SurfaceObjective(parse_formula(formula)).value(np.array(at)))


@pytest.mark.parametrize(
    ("formula", "meant"),
    [
        ("(1-x)^2 + 100*(y-x^2)^2", (1 - x) ** 2 + 100 * (y - x**2) ** 2),
        ("x^2", x**2),
        ("x**2", x**2),
        ("x²", x**2),
        ("x¹²", x**12),
        ("x⁻²", x ** Expression("neg", ((x**2).args[1],))),
        ("-x^2", -(x**2)),
        ("2^x^y", 2.0 ** (x**y)),
        ("x − 3·y × 2 ÷ x", x - 3 * y * 2 / x),
        ("2x", 2 * x),
        ("2x^2y", 2 * x**2 * y),
        ("3(x+1)(y-1)", 3 * (x + 1) * (y - 1)),
        ("x(y+1)", x * (y + 1)),
        ("x y", x * y),
        ("2pi x", 2 * PI * x),
        ("2π", 2 * PI),
        ("2sin(x)y", 2 * sin(x) * y),
        ("1/2x", (1 / x**0).args[0] / Expression("constant", data=2.0) * x),
        ("1e2x", 100 * x),
        ("2e x", 2 * E * x),
        ("007 + .5 + 3.", Expression("constant", data=7.0) + 0.5 + 3),
        ("ln(x) + arctan(y)", Expression("log", (x,)) + Expression("atan", (y,))),
        ("  \t x +\n y\u00a0", x + y),
        ("+x", x),
        ("exp(-x)", exp(-x)),
        ("e^-x", E ** (-x)),
    ],
)
def test_a_formula_is_read_as_it_is_meant(formula: str, meant: Expression) -> None:
    assert parse_formula(formula) == meant


def test_precedence_is_that_of_mathematics() -> None:
    assert value("-2^2 + 2^3^2/8 - 6/3/2") == -4 + 512 / 8 - 1


def test_many_values_may_be_compared() -> None:
    assert value("min(x, y, 0.5) + max(1, x, y)") == 0.5 + 1.7


@pytest.mark.parametrize(
    "formula",
    [
        "+".join(["x"] * 250),
        "*".join(["x"] * 250),
        "-".join(["x*y"] * 125),
        "x/" * 198 + "x",
        "-" * 198 + "x",
        "(" * 40 + "x" + ")" * 40,
        "sin(" * 40 + "x" + ")" * 40,
        "x^" * 198 + "x",
        "x^32",
        "x^-32",
        "2^(x*y)",
    ],
)
def test_long_is_not_deep_and_the_limits_can_be_reached(formula: str) -> None:
    assert len(to_program(parse_formula(formula))) <= MAX_NODES


REFUSED = [
    ("", 0, "empty"),
    ("   ", 0, "empty"),
    ("9**9**9**9", 6, "exponent"),
    ("x^33", 2, "exponent 33 is too large"),
    ("x^-33", 2, "between -32 and 32"),
    ("2 + x^(30+3)", 7, "exponent 33"),
    ("x^1e9", 2, "exponent"),
    ("10**5000", 4, "exponent"),
    ("2^x^40", 4, "exponent"),
    ("x" * 1_000_000, 500, "1000000 characters, at most 500"),
    ("(" * 100_000, 500, "100000 characters"),
    ("(" * 41 + "x" + ")" * 41, 40, "41 deep, at most 40"),
    ("sin(" * 41 + "x" + ")" * 41, 163, "deep"),
    ("(x", 0, "never closed"),
    ("x + ((y)", 4, "never closed"),
    ("x)", 1, "no opening"),
    ("lambda x: x", 0, "'lambda'"),
    ("(lambda: 1)()", 1, "'lambda'"),
    ("x.real", 1, "'.'"),
    ("x.__class__", 1, "'.'"),
    ("(x := 1)", 3, "':'"),
    ("f'{x}'", 0, "'f'"),
    ("'x'", 0, '"\'"'),
    ("x < y", 2, "'<'"),
    ("x == y", 2, "'='"),
    ("x = 1", 2, "'='"),
    ("__import__('os').system('ls')", 0, "'__import__'"),
    ("eval(x)", 0, "'eval'"),
    ("exec(x)", 0, "'exec'"),
    ("x if y else 0", 2, "'if'"),
    ("not x", 0, "'not'"),
    ("x and y", 2, "'and'"),
    ("[x, y]", 0, "'['"),
    ("{x}", 0, "'{'"),
    ("x[0]", 1, "'['"),
    ("x % y", 2, "'%'"),
    ("x // y", 3, "cannot be read"),
    ("x @ y", 2, "'@'"),
    ("~x", 0, "'~'"),
    ("x; y", 1, "';'"),
    ("x # y", 2, "'#'"),
    ("x!", 1, "'!'"),
    ("x\\\ny", 1, "'\\\\'"),
    ("x\x00", 1, "U+0000"),
    ("x + \ud800", 4, "U+D800"),
    ("x + \u202e", 4, "U+202E"),
    ("x٣", 1, "'٣'"),
    ("²", 0, "cannot be read"),
    ("1e999", 0, "out of range"),
    ("x + 1e101", 4, "out of range"),
    ("1e-101", 0, "out of range"),
    ("9" * 400, 0, "out of range"),
    ("0x1F", 1, "'x1F'"),
    ("1_000", 1, "'_000'"),
    ("1j", 1, "'j'"),
    ("1 2", 2, "side by side"),
    ("1.2.3", 3, "side by side"),
    ("xy", 0, "write x*y"),
    ("xxy + 1", 0, "write x*x*y"),
    ("X + 1", 0, "write x"),
    ("z + 1", 0, "'z'"),
    ("a" * 400, 0, "…"),
    ("Sin(x)", 0, "write sin"),
    ("sin", 0, "sin(x)"),
    ("sin x", 0, "sin(x)"),
    ("x + sin * 2", 4, "sin(x)"),
    ("sin()", 0, "takes 1 value, not 0"),
    ("1 + sin(x, y)", 4, "takes 1 value, not 2"),
    ("min(x)", 0, "needs at least 2"),
    ("sin(*x)", 4, "remove"),
    ("sin(**x)", 0, "remove"),
    ("min(x for x in y)", 6, "'for'"),
    ("x, y", 0, "commas"),
    ("x(y, 2)", 1, "commas"),
    ("()", 0, "remove"),
    ("x +", 2, "cannot be read"),
    ("x + * y", 4, "cannot be read"),
    ("x^^2", 2, "cannot be read"),
    ("  x^2^", 5, "cannot be read"),
    ("x^2 + y^2 + )", 12, "no opening"),
    ("1/0", 0, "inf"),
    ("x + log(0)", 4, "-inf"),
    ("sqrt(-1)*x", 0, "nan"),
    ("0^-1", 0, "inf"),
    ("1e90*1e90", 0, "1e+180"),
    ("(-2)^x", 1, "base above 0"),
    ("0^x", 0, "base above 0"),
    ("x^" * 249 + "x", None, "250 different parts, at most 200"),
    ("-" * 499 + "x", None, "at most 200"),
    ("x/" * 249 + "x", None, "at most 200"),
    ("+".join(f"{i}x" for i in range(10, 120)), None, "at most 200"),
]


@pytest.mark.parametrize(("formula", "position", "says"), REFUSED, ids=lambda v: ascii(v)[:30])
def test_what_is_not_a_formula_is_refused_at_its_place(formula: str, position: int | None, says: str) -> None:
    with pytest.raises(SpecError) as caught:
        parse_formula(formula)
    assert (caught.value.pointer, caught.value.position) == ("/expression", position)
    assert says in caught.value.message
    assert len(caught.value.message) < 250
    caught.value.message.encode()


def test_a_position_is_counted_in_the_users_own_text() -> None:
    formula = "x² ^ 2 + ((y)) ^ 2 − 3x^40"
    with pytest.raises(SpecError) as caught:
        parse_formula(formula)
    assert formula[caught.value.position :] == "40"


def test_nothing_that_is_not_a_short_formula_reaches_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*args: object, **kwargs: object) -> object:
        raise AssertionError("the text was parsed")

    monkeypatch.setattr(ast, "parse", forbidden)
    for formula in ["x" * 501, "(" * 41 + "x" + ")" * 41, "x.real", "lambda: 0", "f(x)", "'x'", "1e999"]:
        with pytest.raises(SpecError):
            parse_formula(formula)


def test_nothing_is_executed(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*args: object, **kwargs: object) -> object:
        raise AssertionError("a formula was executed")

    for name in ("eval", "exec"):
        monkeypatch.setattr(builtins, name, forbidden)
    assert value("sin(x)^2 + cos(x)^2") == pytest.approx(1.0, rel=1e-15)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="xye0159.+-*/^()², sincolgmax\t−π", max_size=60) | st.text(max_size=30))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    refusal, built = None, None
    try:
        built = parse_formula(text)
    except SpecError as error:
        refusal = error
    if built is not None:
        assert len(to_program(built)) <= MAX_NODES
        SurfaceObjective(built).hessian(np.array([[0.5, -0.5], [0.0, 0.0]]))
    if refusal is not None:
        assert refusal.pointer == "/expression"
        assert refusal.position is None or 0 <= refusal.position <= len(text)
        refusal.message.encode()


@given(st.integers(-MAX_EXPONENT, MAX_EXPONENT))
def test_exponents_up_to_the_limit_are_read(n: int) -> None:
    assert value(f"x^({n})") == pytest.approx(1.7**n, rel=1e-14)


def test_the_spec_refuses_a_bad_formula_and_says_where() -> None:
    with pytest.raises(ValidationError) as caught:
        Formula.model_validate({"kind": "formula", "expression": "x^2 + 3*y^40"})
    (error,) = caught.value.errors()
    assert error["type"] == "formula"
    assert error["loc"] == ("expression",)
    assert error["ctx"]["position"] == 10
    assert error["msg"] == error["ctx"]["message"]
    assert "exponent 40 is too large" in error["msg"]


@pytest.mark.parametrize("bad", [1, None, ["x"], {"x": 1}, b"\xff"])
def test_the_spec_refuses_what_is_not_text(bad: object) -> None:
    with pytest.raises(ValidationError):
        Formula.model_validate({"kind": "formula", "expression": bad})


def test_a_formula_keeps_its_names_on_the_wire() -> None:
    sent = {"kind": "formula", "expression": "x^2 + y", "window": [-1.0, 2.0, 0.0, 3.0]}
    spec = Formula.model_validate(sent)
    assert spec.model_dump(mode="json") == sent
    assert spec == Formula.model_validate(spec.model_dump())
    assert spec.window() == (-1.0, 2.0, 0.0, 3.0)
    assert set(Formula.model_json_schema()["properties"]) == {"kind", "expression", "window"}


@pytest.mark.parametrize("window", [[1, 1, 0, 1], [0, 1, 2, 1], [0, 1, 2], [0, 1, 2, float("inf")], [0, 1, 2, True]])
def test_a_window_without_an_inside_is_refused(window: list[float]) -> None:
    with pytest.raises(ValidationError):
        Formula.model_validate({"expression": "x", "window": window})


@pytest.mark.parametrize("formula", ["sqrt(x) + y", "log(y-3) - x", "1/x + y", "sqrt(-x-2)*y", "max(x, 2)^2 + y"])
def test_a_formula_starts_where_it_has_a_slope(formula: str) -> None:
    spec = Formula(expression=formula)
    value, gradient = spec.build().value_and_gradient(np.array(spec.start()))
    assert np.isfinite(value)
    assert np.isfinite(gradient).all()
    assert np.abs(gradient).max() > 0
    assert spec.minima() == ()
