"""Derivatives as they are shown: right, readable and bounded."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from app.core.spec import catalogue
from app.objectives.algebra import simplify
from app.objectives.expression import constant, sin, topological, variables
from app.objectives.formula_parser import parse_formula
from app.objectives.latex import TooLongError, latex
from app.objectives.surface import Surface, SurfaceObjective
from app.objectives.symbolic import MAX_LATEX, derivative, describe_formula, typeset

x, y = variables()
MATHML = "{http://www.w3.org/1998/Math/MathML}"
SURFACES = catalogue("app.objectives.surfaces", Surface)


def entries(described: dict[str, Any]) -> list[str | None]:
    return [described["value"], *described["gradient"], *described["hessian"][0], *described["hessian"][1]]


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        ("(1-x)^2 + 100*(y-x^2)^2", r"\left(1 - x\right)^{2} + 100 \left(y - x^{2}\right)^{2}"),
        ("x/3 - x*(-2)", r"\frac{x}{3} - x \left(-2\right)"),
        ("-(x+y)*2", r"-\left(x + y\right) \cdot 2"),
        ("x-(y-1)-(-x)", r"x - \left(y - 1\right) - \left(-x\right)"),
        ("(-x)^2 - -y", r"\left(-x\right)^{2} - \left(-y\right)"),
        ("-x^2", "-x^{2}"),
        ("(x^2)^3 + x^y^2", r"\left(x^{2}\right)^{3} + x^{y^{2}}"),
        ("x^-2 + y^-1", "x^{-2} + y^{-1}"),
        ("2*(x/y)*5", r"\frac{2 x \cdot 5}{y}"),
        ("(x/y)^2", r"\left(\frac{x}{y}\right)^{2}"),
        ("sin(x)^2*cos(y)", r"\sin^{2}\left(x\right) \, \cos\left(y\right)"),
        ("sqrt(x^2+1)/abs(y)", r"\frac{\sqrt{x^{2} + 1}}{\left|y\right|}"),
        ("exp(-x)+atan(y)", r"e^{-x} + \arctan\left(y\right)"),
        ("min(x,y,1)", r"\min\left(\min\left(x, y\right), 1\right)"),
        ("1e-7x + 2.5e30y + 1e15 + 0.1 + 100", r"10^{-7} x + 2.5 \times 10^{30} y + 10^{15} + 0.1 + 100"),
        ("0.49999999999999994 + 3.14159265358979", "0.5 + 3.141592654"),
        ("2pi*x*3 + e", r"2 \pi x \cdot 3 + e"),
        ("log(x)*sign(y)", r"\log\left(x\right) \, \operatorname{sign}\left(y\right)"),
    ],
)
def test_a_formula_is_shown_as_it_was_typed(formula: str, shown: str) -> None:
    assert latex(parse_formula(formula)) == shown


@pytest.mark.parametrize(
    ("formula", "slope"),
    [
        ("(1-x)^2 + 100*(y-x^2)^2", r"-2 \left(1 - x\right) - 400 x \left(y - x^{2}\right)"),
        ("7", "0"),
        ("y^2", "0"),
        ("x", "1"),
        ("x*y*3", "3 y"),
        ("x/3", r"\frac{1}{3}"),
        ("0.1x + 0.2x", "0.3"),
        ("x^2*y^3/6", r"\frac{x y^{3}}{3}"),
        ("x*x*x", "3 x^{2}"),
        ("1/x", r"-\frac{1}{x^{2}}"),
        ("sqrt(x^2+y^2)", r"\frac{x}{\sqrt{x^{2} + y^{2}}}"),
        ("x^1.5", r"1.5 \sqrt{x}"),
        ("x^(1/3)", r"\frac{1}{3 x^{2/3}}"),
        ("exp(-x^2)", "-2 x e^{-x^{2}}"),
        ("exp(x)^2", "2 e^{2 x}"),
        ("2^x", r"2^{x} \, \log\left(2\right)"),
        ("x^y", "y x^{y - 1}"),
        ("cos(2pi*x)", r"-2 \pi \, \sin\left(2 \pi x\right)"),
        ("tan(x) + tanh(x)", r"\frac{1}{\cos^{2}\left(x\right)} + \frac{1}{\cosh^{2}\left(x\right)}"),
        ("abs(x)*y", r"y \, \operatorname{sign}\left(x\right)"),
        ("min(x,y)", r"\begin{cases} 1 & x \le y \\ 0 & \text{otherwise} \end{cases}"),
        ("max(x^2,y)", r"\begin{cases} 2 x & y \le x^{2} \\ 0 & \text{otherwise} \end{cases}"),
        ("log(1)*x + exp(0)*x + sqrt(4)*x", "3"),
        ("(2x)^3", "24 x^{2}"),
        ("sin(x)*sin(x)", r"2 \, \sin\left(x\right) \, \cos\left(x\right)"),
    ],
)
def test_a_derivative_is_shown_as_a_person_would_write_it(formula: str, slope: str) -> None:
    assert latex(derivative(parse_formula(formula), "x")) == slope


def test_the_hessian_shown_is_symmetric_and_complete() -> None:
    shown = describe_formula(parse_formula("(1-x)^2 + 100*(y-x^2)^2"))["latex"]
    assert shown["gradient"][1] == r"200 \left(y - x^{2}\right)"
    assert shown["hessian"] == [
        [r"2 - 400 \left(y - x^{2}\right) + 800 x^{2}", "-400 x"],
        ["-400 x", "200"],
    ]


@pytest.mark.parametrize("formula", ["x*(y-1)/(x-x)", "log(x-x)", "1e99*x*1e99*x*1e99*x*1e99*y"])
def test_degenerate_formulas_are_shown_all_the_same(formula: str) -> None:
    assert None not in entries(describe_formula(parse_formula(formula))["latex"])


@pytest.mark.parametrize("expression", [sin(x) / 2 - 3 * x * x, (x + 0) * 1 - constant(-2), x**y / y**2])
def test_simplification_keeps_the_value(expression: Any) -> None:
    at = np.array([0.7, 1.3])
    before, after = (SurfaceObjective(e).value(at) for e in (expression, simplify(expression)))
    np.testing.assert_allclose(after, before, rtol=1e-14)


@pytest.mark.parametrize("kind", SURFACES)
def test_every_derivative_of_the_catalogue_is_shown(kind: str) -> None:
    described = describe_formula(SURFACES[kind]().expression())
    texts, typesets = entries(described["latex"]), entries(described["mathml"])
    assert all(text and len(text) <= MAX_LATEX for text in texts)
    for mathml in typesets:
        assert_clean(mathml)


@pytest.mark.parametrize("kind", SURFACES)
def test_the_textbook_formula_of_the_catalogue_is_typeset(kind: str) -> None:
    assert_clean(typeset(SURFACES[kind].formula))


@pytest.mark.parametrize("formula", ["min(x,y)*max(x,y)*abs(x)", "asin(x)/sqrt(y)^3 + sign(x)*1e-9", "log(x)^2/3.7"])
def test_mathml_is_well_formed_and_without_inline_styles(formula: str) -> None:
    for mathml in entries(describe_formula(parse_formula(formula))["mathml"]):
        assert_clean(mathml)


def assert_clean(mathml: str | None) -> None:
    assert mathml is not None
    root = ElementTree.fromstring(mathml)
    assert root.tag == f"{MATHML}math"
    assert root.get("display") == "block"
    assert not [node for node in root.iter() if "style" in node.attrib]
    assert "\\" not in "".join(root.itertext())


HOSTILE = [
    "sin(" * 40 + "x*y" + ")" * 40,
    "exp(" * 40 + "x y" + ")" * 40,
    "x^" * 198 + "x",
    "/".join(["(x+y)", "(x-y)"] * 40),
    "*".join(f"(x+{i}y)" for i in range(60)),
    "*".join(f"(x^{i}+y)" for i in range(2, 33)),
    "*".join(["(x+y+1)^32"] * 45),
    "+".join(["x*y"] * 120),
    "-" * 190 + "x",
    "tan(x)*tan(y)/" * 30 + "x",
    "1e99*x*" * 60 + "y",
    "min(" * 30 + "x" + ",y*x)" * 30,
    "((" * 19 + "x" + "*y)+x)" * 19,
]


@pytest.mark.parametrize("formula", HOSTILE, ids=lambda f: f[:12])
def test_what_would_be_too_long_is_left_out_whole(formula: str) -> None:
    described = describe_formula(parse_formula(formula))
    texts = entries(described["latex"])
    assert all(text is None or len(text) <= MAX_LATEX + 1 for text in texts)
    assert [m is None for m in entries(described["mathml"])] == [text is None for text in texts]
    if described["latex"]["value"] is None:
        assert texts == [None] * 7


@pytest.mark.parametrize("formula", HOSTILE, ids=lambda f: f[:12])
def test_the_work_of_differentiating_is_bounded(formula: str) -> None:
    built = parse_formula(formula)
    for variable in "xy":
        try:
            first = derivative(built, variable, MAX_LATEX)
        except TooLongError:
            continue
        assert first.leaves <= MAX_LATEX
        assert len(topological(first)) <= 2 * MAX_LATEX


def test_the_limit_of_a_derivative_is_told() -> None:
    with pytest.raises(TooLongError, match="at most 10 are shown"):
        derivative(parse_formula("sin(x)*cos(x)*tan(x)*exp(x)"), "x", 10)
