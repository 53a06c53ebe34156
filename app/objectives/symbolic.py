"""Derivatives as people write them: symbolic, lightly simplified, typeset.

What is computed with comes from jets; these trees are only shown. They are bounded: a derivative that would not fit a
line or two is not built at all, and neither are the derivatives of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from app.objectives.algebra import (
    ONE,
    TWO,
    ZERO,
    TooLongError,
    add,
    choose,
    function,
    mul,
    negative,
    power,
    rational,
    simplify,
)
from app.objectives.expression import FUNCTIONS, Expression, fold
from app.objectives.latex import latex, typeset

__all__ = ["MAX_LATEX", "TooLongError", "derivative", "describe_formula", "typeset"]

MAX_LATEX = 1500
"""Longest LaTeX that is shown, in characters; every leaf of a tree takes at least one."""


def _quadratic(sign: int) -> Callable[[Expression], Expression]:
    return lambda u: add(ONE, mul(rational(sign), power(u, TWO)))


_SLOPES: dict[str, Callable[[Expression], Expression]] = {
    "sin": lambda u: function("cos", u),
    "cos": lambda u: negative(function("sin", u)),
    "tan": lambda u: power(function("cos", u), rational(-2)),
    "asin": lambda u: power(function("sqrt", _quadratic(-1)(u)), rational(-1)),
    "acos": lambda u: negative(power(function("sqrt", _quadratic(-1)(u)), rational(-1))),
    "atan": lambda u: power(_quadratic(1)(u), rational(-1)),
    "sinh": lambda u: function("cosh", u),
    "cosh": lambda u: function("sinh", u),
    "tanh": lambda u: power(function("cosh", u), rational(-2)),
    "exp": lambda u: function("exp", u),
    "log": lambda u: power(u, rational(-1)),
    "sqrt": lambda u: power(mul(TWO, function("sqrt", u)), rational(-1)),
    "abs": lambda u: function("sign", u),
    "sign": lambda u: ZERO,
}
"""φ′ as an expression of u."""


def derivative(expression: Expression, variable: str, most: int | None = None) -> Expression:
    """∂expression/∂variable, lightly simplified.

    Args:
        expression: any expression.
        variable: ``x`` or ``y``.
        most: leaves that any part of the answer may have when written out; None for no limit.

    Raises:
        TooLongError: a part of the answer is longer than ``most``.
    """

    def slope(node: Expression, slopes: tuple[Expression, ...]) -> Expression:
        _limit(_written_out(node, slopes), most)
        result = _slope(node, slopes, variable)
        _limit(result.leaves, most)
        return result

    return fold(simplify(expression), slope)


def _limit(leaves: int, most: int | None) -> None:
    if most is not None and leaves > most:
        raise TooLongError(f"the derivative has {leaves} leaves, at most {most} are shown; simplify the formula")


def _written_out(node: Expression, slopes: tuple[Expression, ...]) -> int:
    """Leaves that Leibniz' rule writes down for a product; known before anything is built."""
    terms = [slope for slope in slopes if slope != ZERO]
    return len(terms) * (node.leaves - 1) if node.op == "mul" else 0


def _slope(node: Expression, slopes: tuple[Expression, ...], variable: str) -> Expression:
    if node.op in FUNCTIONS:
        return mul(_SLOPES[node.op](node.args[0]), slopes[0])
    match node.op:
        case "variable":
            return ONE if node.data == variable else ZERO
        case "add":
            return add(*slopes)
        case "mul":
            return add(*(mul(*node.args[:i], s, *node.args[i + 1 :]) for i, s in enumerate(slopes) if s != ZERO))
        case "pow":
            return _power_slope(*node.args, *slopes)
        case "min":
            return choose(*node.args, *slopes)
        case "max":
            return choose(*reversed(node.args), *slopes)
        case "choose":
            return choose(*node.args[:2], *slopes[2:])
    return ZERO


def _power_slope(base: Expression, exponent: Expression, base_slope: Expression, slope: Expression) -> Expression:
    """∂(uᵛ) = v uᵛ⁻¹ ∂u + uᵛ log u ∂v."""
    lowered = power(base, add(exponent, rational(-1)))
    grown = mul(power(base, exponent), function("log", base), slope) if slope != ZERO else ZERO
    return add(mul(exponent, lowered, base_slope), grown)


class _Shown(NamedTuple):
    """An expression short enough to be shown, and how."""

    tree: Expression
    latex: str


def describe_formula(expression: Expression) -> dict[str, Any]:
    """What a page shows of a formula: f, ∇f and ∇²f, as LaTeX and as MathML.

    Returns:
        ``{"latex": {"value", "gradient": [2], "hessian": [[2], [2]]}, "mathml": the same}``. An entry is None where it
        would be longer than :data:`MAX_LATEX` characters, or follow from one that is.
    """
    value = _shown(lambda: expression)
    gradient = [_slope_of(value, variable) for variable in "xy"]
    hessian = [_slope_of(gradient[0], "x"), _slope_of(gradient[0], "y"), _slope_of(gradient[1], "y")]
    texts = [entry and entry.latex for entry in (value, *gradient, *hessian)]
    return {"latex": _arranged(texts), "mathml": _arranged([text and typeset(text) for text in texts])}


def _shown(build: Callable[[], Expression]) -> _Shown | None:
    try:
        tree = build()
        return _Shown(tree, latex(tree, MAX_LATEX))
    except TooLongError:
        return None


def _slope_of(shown: _Shown | None, variable: str) -> _Shown | None:
    return shown and _shown(lambda: derivative(shown.tree, variable, MAX_LATEX))


def _arranged(entries: list[str | None]) -> dict[str, Any]:
    value, gx, gy, hxx, hxy, hyy = entries
    return {"value": value, "gradient": [gx, gy], "hessian": [[hxx, hxy], [hxy, hyy]]}
